#include "autoscaler/hpa_codec.h"
#include "autoscaler/hpa_v2beta1_metrics.h"

namespace kubegauge::autoscaler {
namespace {

// Members that Go leaves out where they are not set.
template <class Quantity>
void AddAmount(const char* name, const Boxed<Quantity>& amount, Json& json) {
  if (amount) json[name] = EncodeAmount(*amount);
}
void AddPercent(const char* name, const std::optional<int32_t>& percent, Json& json) {
  if (percent) json[name] = *percent;
}
void AddSelector(const char* name, const MetricIdentifier& metric, Json& json) {
  if (metric.selector) json[name] = EncodeSelector(*metric.selector);
}
// One that is always there.
template <class Quantity>
std::string AmountOrZero(const Boxed<Quantity>& amount) {
  return amount ? EncodeAmount(*amount) : "0";
}

Json EncodeObject(const ObjectMetricSource& source) {
  Json json = {{"target", EncodeReference(source.described_object)},
               {"metricName", source.metric.name},
               {"targetValue", AmountOrZero(source.target.value)}};
  AddSelector("selector", source.metric, json);
  AddAmount("averageValue", source.target.average_value, json);
  return json;
}

Json EncodePods(const PodsMetricSource& source) {
  Json json = {{"metricName", source.metric.name},
               {"targetAverageValue", AmountOrZero(source.target.average_value)}};
  AddSelector("selector", source.metric, json);
  return json;
}

template <class Source>
Json EncodeResource(const Source& source) {
  Json json = {{"name", source.name}};
  AddPercent("targetAverageUtilization", source.target.average_utilization, json);
  AddAmount("targetAverageValue", source.target.average_value, json);
  return json;
}

Json EncodeExternal(const ExternalMetricSource& source) {
  Json json = {{"metricName", source.metric.name}};
  AddSelector("metricSelector", source.metric, json);
  AddAmount("targetValue", source.target.value, json);
  AddAmount("targetAverageValue", source.target.average_value, json);
  return json;
}

Json EncodeObjectStatus(const ObjectMetricStatus& status) {
  Json json = {{"target", EncodeReference(status.described_object)},
               {"metricName", status.metric.name},
               {"currentValue", AmountOrZero(status.current.value)}};
  AddSelector("selector", status.metric, json);
  AddAmount("averageValue", status.current.average_value, json);
  return json;
}

Json EncodePodsStatus(const PodsMetricStatus& status) {
  Json json = {{"metricName", status.metric.name},
               {"currentAverageValue", AmountOrZero(status.current.average_value)}};
  AddSelector("selector", status.metric, json);
  return json;
}

template <class Status>
Json EncodeResourceStatus(const Status& status) {
  Json json = {{"name", status.name}};
  AddPercent("currentAverageUtilization", status.current.average_utilization, json);
  json["currentAverageValue"] = AmountOrZero(status.current.average_value);
  return json;
}

Json EncodeExternalStatus(const ExternalMetricStatus& status) {
  Json json = {{"metricName", status.metric.name}};
  AddSelector("metricSelector", status.metric, json);
  json["currentValue"] = AmountOrZero(status.current.value);
  AddAmount("currentAverageValue", status.current.average_value, json);
  return json;
}

}  // namespace

Json EncodeV2beta1Metric(const MetricSpec& metric) {
  Json json = {{"type", metric.type}};
  if (metric.object) json["object"] = EncodeObject(*metric.object);
  if (metric.pods) json["pods"] = EncodePods(*metric.pods);
  if (metric.resource) json["resource"] = EncodeResource(*metric.resource);
  if (metric.container_resource) {
    json["containerResource"] = EncodeResource(*metric.container_resource);
    json["containerResource"]["container"] = metric.container_resource->container;
  }
  if (metric.external) json["external"] = EncodeExternal(*metric.external);
  return json;
}

Json EncodeV2beta1MetricStatus(const MetricStatus& metric) {
  Json json = {{"type", metric.type}};
  if (metric.object) json["object"] = EncodeObjectStatus(*metric.object);
  if (metric.pods) json["pods"] = EncodePodsStatus(*metric.pods);
  if (metric.resource) json["resource"] = EncodeResourceStatus(*metric.resource);
  if (metric.container_resource) {
    json["containerResource"] = EncodeResourceStatus(*metric.container_resource);
    json["containerResource"]["container"] = metric.container_resource->container;
  }
  if (metric.external) json["external"] = EncodeExternalStatus(*metric.external);
  return json;
}

}  // namespace kubegauge::autoscaler
