#include "autoscaler/hpa_codec.h"
#include "autoscaler/hpa_fields.h"
#include "autoscaler/hpa_v2beta1_metrics.h"

namespace kubegauge::autoscaler {
namespace {

// A quantity that is not a pointer in Go: zero where it is not set.
template <class Quantity>
void FillZero(Boxed<Quantity>& amount) {
  if (!amount) amount.emplace();
}

void ReadObject(GoJsonReader& reader, const Json& json, ObjectMetricSource& source) {
  const HpaFields fields(reader);
  reader.Struct(json, "@.ObjectMetricSource",
                {fields.Reference("target", source.described_object),
                 fields.Text("metricName", source.metric.name),
                 fields.Amount("targetValue", source.target.value),
                 fields.Selector("selector", source.metric),
                 fields.Amount("averageValue", source.target.average_value)});
  source.target.type = source.target.average_value ? "AverageValue" : "Value";
  FillZero(source.target.value);
}

void ReadPods(GoJsonReader& reader, const Json& json, PodsMetricSource& source) {
  const HpaFields fields(reader);
  reader.Struct(json, "@.PodsMetricSource",
                {fields.Text("metricName", source.metric.name),
                 fields.Amount("targetAverageValue", source.target.average_value),
                 fields.Selector("selector", source.metric)});
  source.target.type = "AverageValue";
  FillZero(source.target.average_value);
}

template <class Source>
void ReadResource(GoJsonReader& reader, const Json& json, std::string_view type, Source& source,
                  std::string* container) {
  const HpaFields fields(reader);
  std::string none;
  reader.Struct(json, type,
                {fields.Text("name", source.name, "v1.ResourceName"),
                 fields.Integer("targetAverageUtilization", source.target.average_utilization),
                 fields.Amount("targetAverageValue", source.target.average_value),
                 fields.Text(container == nullptr ? "" : "container",
                             container == nullptr ? none : *container)});
  source.target.type = source.target.average_utilization ? "Utilization" : "AverageValue";
}

void ReadExternal(GoJsonReader& reader, const Json& json, ExternalMetricSource& source) {
  const HpaFields fields(reader);
  reader.Struct(json, "@.ExternalMetricSource",
                {fields.Text("metricName", source.metric.name),
                 fields.Selector("metricSelector", source.metric),
                 fields.Amount("targetValue", source.target.value),
                 fields.Amount("targetAverageValue", source.target.average_value)});
  source.target.type = source.target.value ? "Value" : "AverageValue";
}

void ReadObjectStatus(GoJsonReader& reader, const Json& json, ObjectMetricStatus& status) {
  const HpaFields fields(reader);
  reader.Struct(json, "@.ObjectMetricStatus",
                {fields.Reference("target", status.described_object),
                 fields.Text("metricName", status.metric.name),
                 fields.Amount("currentValue", status.current.value),
                 fields.Selector("selector", status.metric),
                 fields.Amount("averageValue", status.current.average_value)});
  FillZero(status.current.value);
}

void ReadPodsStatus(GoJsonReader& reader, const Json& json, PodsMetricStatus& status) {
  const HpaFields fields(reader);
  reader.Struct(json, "@.PodsMetricStatus",
                {fields.Text("metricName", status.metric.name),
                 fields.Amount("currentAverageValue", status.current.average_value),
                 fields.Selector("selector", status.metric)});
  FillZero(status.current.average_value);
}

template <class Status>
void ReadResourceStatus(GoJsonReader& reader, const Json& json, std::string_view type,
                        Status& status, std::string* container) {
  const HpaFields fields(reader);
  std::string none;
  reader.Struct(json, type,
                {fields.Text("name", status.name, "v1.ResourceName"),
                 fields.Integer("currentAverageUtilization", status.current.average_utilization),
                 fields.Amount("currentAverageValue", status.current.average_value),
                 fields.Text(container == nullptr ? "" : "container",
                             container == nullptr ? none : *container)});
  FillZero(status.current.average_value);
}

void ReadExternalStatus(GoJsonReader& reader, const Json& json, ExternalMetricStatus& status) {
  const HpaFields fields(reader);
  reader.Struct(json, "@.ExternalMetricStatus",
                {fields.Text("metricName", status.metric.name),
                 fields.Selector("metricSelector", status.metric),
                 fields.Amount("currentValue", status.current.value),
                 fields.Amount("currentAverageValue", status.current.average_value)});
  FillZero(status.current.value);
}

}  // namespace

void ReadV2beta1Metric(GoJsonReader& reader, const Json& json, ZeroTarget zero_target,
                       MetricSpec& metric) {
  const HpaFields fields(reader);
  const auto with = [&reader](auto read) {
    return [&reader, read](const Json& value, auto& source) { read(reader, value, source); };
  };
  reader.Struct(json, "@.MetricSpec",
                {fields.Text("type", metric.type, "@.MetricSourceType"),
                 fields.Pointer("object", metric.object, with(ReadObject)),
                 fields.Pointer("pods", metric.pods, with(ReadPods)),
                 fields.Pointer("resource", metric.resource,
                                [&](const Json& value, ResourceMetricSource& source) {
                                  ReadResource(reader, value, "@.ResourceMetricSource", source,
                                               nullptr);
                                }),
                 fields.Pointer("containerResource", metric.container_resource,
                                [&](const Json& value, ContainerResourceMetricSource& source) {
                                  ReadResource(reader, value, "@.ContainerResourceMetricSource",
                                               source, &source.container);
                                }),
                 fields.Pointer("external", metric.external, with(ReadExternal))});
  if (zero_target == ZeroTarget::kDropped && metric.object) {
    MetricTarget& target = metric.object->target;
    if (target.average_value && target.value->IsZero()) target.value.reset();
  }
}

void ReadV2beta1MetricStatus(GoJsonReader& reader, const Json& json, MetricStatus& metric) {
  const HpaFields fields(reader);
  const auto with = [&reader](auto read) {
    return [&reader, read](const Json& value, auto& status) { read(reader, value, status); };
  };
  reader.Struct(json, "@.MetricStatus",
                {fields.Text("type", metric.type, "@.MetricSourceType"),
                 fields.Pointer("object", metric.object, with(ReadObjectStatus)),
                 fields.Pointer("pods", metric.pods, with(ReadPodsStatus)),
                 fields.Pointer("resource", metric.resource,
                                [&](const Json& value, ResourceMetricStatus& status) {
                                  ReadResourceStatus(reader, value, "@.ResourceMetricStatus",
                                                     status, nullptr);
                                }),
                 fields.Pointer("containerResource", metric.container_resource,
                                [&](const Json& value, ContainerResourceMetricStatus& status) {
                                  ReadResourceStatus(reader, value,
                                                     "@.ContainerResourceMetricStatus", status,
                                                     &status.container);
                                }),
                 fields.Pointer("external", metric.external, with(ReadExternalStatus))});
}

}  // namespace kubegauge::autoscaler
