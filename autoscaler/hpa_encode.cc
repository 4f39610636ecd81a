#include <algorithm>

#include "autoscaler/hpa_codec.h"
#include "kube/rfc3339.h"

namespace kubegauge::autoscaler {
namespace {

Json EncodeIdentifier(const MetricIdentifier& metric) {
  Json json = {{"name", metric.name}};
  if (metric.selector) json["selector"] = EncodeSelector(*metric.selector);
  return json;
}

Json EncodeTarget(const MetricTarget& target) {
  Json json = {{"type", target.type}};
  if (target.value) json["value"] = EncodeAmount(*target.value);
  if (target.average_value) json["averageValue"] = EncodeAmount(*target.average_value);
  if (target.average_utilization) json["averageUtilization"] = *target.average_utilization;
  return json;
}

Json EncodeMetric(const MetricSpec& metric) {
  Json json = {{"type", metric.type}};
  if (metric.object) {
    json["object"] = {{"describedObject", EncodeReference(metric.object->described_object)},
                      {"target", EncodeTarget(metric.object->target)},
                      {"metric", EncodeIdentifier(metric.object->metric)}};
  }
  if (metric.pods) {
    json["pods"] = {{"metric", EncodeIdentifier(metric.pods->metric)},
                    {"target", EncodeTarget(metric.pods->target)}};
  }
  if (metric.resource) {
    json["resource"] = {{"name", metric.resource->name},
                        {"target", EncodeTarget(metric.resource->target)}};
  }
  if (metric.container_resource) {
    json["containerResource"] = {{"name", metric.container_resource->name},
                                 {"target", EncodeTarget(metric.container_resource->target)},
                                 {"container", metric.container_resource->container}};
  }
  if (metric.external) {
    json["external"] = {{"metric", EncodeIdentifier(metric.external->metric)},
                        {"target", EncodeTarget(metric.external->target)}};
  }
  return json;
}

Json EncodeRules(const ScalingRules& rules) {
  Json json = Json::object();
  if (rules.stabilization_window_seconds) {
    json["stabilizationWindowSeconds"] = *rules.stabilization_window_seconds;
  }
  if (rules.select_policy) json["selectPolicy"] = *rules.select_policy;
  if (rules.policies && !rules.policies->empty()) {
    Json& policies = json["policies"] = Json::array();
    for (const ScalingPolicy& policy : *rules.policies) {
      policies.push_back({{"type", policy.type},
                          {"value", policy.value},
                          {"periodSeconds", policy.period_seconds}});
    }
  }
  if (rules.tolerance) json["tolerance"] = EncodeAmount(*rules.tolerance);
  return json;
}

Json EncodeValue(const MetricValueStatus& value) {
  Json json = Json::object();
  if (value.value) json["value"] = EncodeAmount(*value.value);
  if (value.average_value) json["averageValue"] = EncodeAmount(*value.average_value);
  if (value.average_utilization) json["averageUtilization"] = *value.average_utilization;
  return json;
}

Json EncodeMetricStatus(const MetricStatus& metric) {
  Json json = {{"type", metric.type}};
  if (metric.object) {
    json["object"] = {{"metric", EncodeIdentifier(metric.object->metric)},
                      {"current", EncodeValue(metric.object->current)},
                      {"describedObject", EncodeReference(metric.object->described_object)}};
  }
  if (metric.pods) {
    json["pods"] = {{"metric", EncodeIdentifier(metric.pods->metric)},
                    {"current", EncodeValue(metric.pods->current)}};
  }
  if (metric.resource) {
    json["resource"] = {{"name", metric.resource->name},
                        {"current", EncodeValue(metric.resource->current)}};
  }
  if (metric.container_resource) {
    json["containerResource"] = {{"name", metric.container_resource->name},
                                 {"current", EncodeValue(metric.container_resource->current)},
                                 {"container", metric.container_resource->container}};
  }
  if (metric.external) {
    json["external"] = {{"metric", EncodeIdentifier(metric.external->metric)},
                        {"current", EncodeValue(metric.external->current)}};
  }
  return json;
}

template <class Item, class Encode>
Json EncodeList(const std::vector<Item>& items, Encode encode) {
  Json json = Json::array();
  for (const Item& item : items) json.push_back(encode(item));
  return json;
}

}  // namespace

Json EncodeCondition(const HpaCondition& condition) {
  Json json = {{"type", condition.type}, {"status", condition.status}};
  json["lastTransitionTime"] = condition.last_transition_ns
                                   ? Json(kube::FormatRfc3339(*condition.last_transition_ns))
                                   : Json(nullptr);
  if (!condition.reason.empty()) json["reason"] = condition.reason;
  if (!condition.message.empty()) json["message"] = condition.message;
  return json;
}

std::string EncodeAmount(const WrittenAmount& amount) {
  const std::string_view kept = amount.kept_text();
  return kept.empty() ? EncodeAmount(static_cast<const kube::Quantity&>(amount))
                      : std::string(kept);
}

std::string EncodeAmount(const kube::Quantity& amount) {
  std::string text = amount.CanonicalText();
  if (amount.format() == kube::QuantityFormat::kDecimalSI) {
    text.erase(std::min(text.find('e'), text.size()));
  }
  return text;
}

Json EncodeReference(const CrossVersionObjectReference& reference) {
  Json json = {{"kind", reference.kind}, {"name", reference.name}};
  if (!reference.api_version.empty()) json["apiVersion"] = reference.api_version;
  return json;
}

Json EncodeSelector(const kube::SelectorObject& selector) {
  Json json = Json::object();
  if (!selector.match_labels.empty()) json["matchLabels"] = selector.match_labels;
  if (!selector.match_expressions.empty()) {
    json["matchExpressions"] = EncodeList(
        selector.match_expressions, [](const kube::SelectorObject::Expression& expression) {
          Json item = {{"key", expression.key}, {"operator", expression.op}};
          if (!expression.values.empty()) item["values"] = expression.values;
          return item;
        });
  }
  return json;
}

Json EncodeSpec(const HpaSpec& spec) {
  Json json = {{"scaleTargetRef", EncodeReference(spec.scale_target_ref)}};
  if (spec.min_replicas) json["minReplicas"] = *spec.min_replicas;
  json["maxReplicas"] = spec.max_replicas;
  if (!spec.metrics.empty()) json["metrics"] = EncodeList(spec.metrics, EncodeMetric);
  if (spec.behavior) {
    Json& behavior = json["behavior"] = Json::object();
    if (spec.behavior->scale_up) behavior["scaleUp"] = EncodeRules(*spec.behavior->scale_up);
    if (spec.behavior->scale_down) behavior["scaleDown"] = EncodeRules(*spec.behavior->scale_down);
  }
  return json;
}

Json EncodeStatus(const HpaStatus& status) {
  Json json = Json::object();
  if (status.observed_generation) json["observedGeneration"] = *status.observed_generation;
  if (status.last_scale_ns) json["lastScaleTime"] = kube::FormatRfc3339(*status.last_scale_ns);
  if (status.current_replicas != 0) json["currentReplicas"] = status.current_replicas;
  json["desiredReplicas"] = status.desired_replicas;
  json["currentMetrics"] = status.current_metrics
                               ? EncodeList(*status.current_metrics, EncodeMetricStatus)
                               : Json(nullptr);
  if (!status.conditions.empty()) {
    json["conditions"] = EncodeList(status.conditions, EncodeCondition);
  }
  return json;
}

}  // namespace kubegauge::autoscaler
