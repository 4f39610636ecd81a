#include <utility>

#include "autoscaler/hpa_codec.h"
#include "autoscaler/hpa_fields.h"

namespace kubegauge::autoscaler {
namespace {

constexpr std::string_view kOwnAnnotations = "kubegauge.io/";

void ReadIdentifier(GoJsonReader& reader, const Json& json, MetricIdentifier& metric) {
  const HpaFields fields(reader);
  reader.Struct(json, "@.MetricIdentifier",
                {fields.Text("name", metric.name), fields.Selector("selector", metric)});
}

// The sources and their statuses differ only in what they hold about the value.
void ReadMeasure(GoJsonReader& reader, const Json& json, MetricTarget& target) {
  const HpaFields fields(reader);
  reader.Struct(
      json, "@.MetricTarget",
      {fields.Text("type", target.type, "@.MetricTargetType"), fields.Amount("value", target.value),
       fields.Amount("averageValue", target.average_value),
       fields.Integer("averageUtilization", target.average_utilization)});
}
void ReadMeasure(GoJsonReader& reader, const Json& json, MetricValueStatus& current) {
  const HpaFields fields(reader);
  reader.Struct(
      json, "@.MetricValueStatus",
      {fields.Amount("value", current.value), fields.Amount("averageValue", current.average_value),
       fields.Integer("averageUtilization", current.average_utilization)});
}

// What of a source and its status differs: names of Go types, and of the member.
struct Shape {
  std::string_view suffix;   // "Source" or "Status"
  std::string_view measure;  // "target" or "current"
};
constexpr Shape kSourceShape = {"Source", "target"};
constexpr Shape kStatusShape = {"Status", "current"};

template <class Resource, class Measure>
void ReadResource(GoJsonReader& reader, const Json& json, const Shape& shape, Resource& resource,
                  Measure& measure, std::string* container) {
  const HpaFields fields(reader);
  const std::string type =
      (container == nullptr ? "@.ResourceMetric" : "@.ContainerResourceMetric") +
      std::string(shape.suffix);
  std::string none;
  reader.Struct(json, type,
                {fields.Text("name", resource.name, "v1.ResourceName"),
                 fields.Text(container == nullptr ? "" : "container",
                             container == nullptr ? none : *container),
                 {shape.measure, [&](const Json& value) { ReadMeasure(reader, value, measure); }}});
}

template <class Source, class Measure>
void ReadNamed(GoJsonReader& reader, const Json& json, std::string_view type, const Shape& shape,
               Source& source, Measure& measure, CrossVersionObjectReference* described_object) {
  const HpaFields fields(reader);
  CrossVersionObjectReference none;
  reader.Struct(
      json, std::string(type) + std::string(shape.suffix),
      {{"metric", [&](const Json& value) { ReadIdentifier(reader, value, source.metric); }},
       {shape.measure, [&](const Json& value) { ReadMeasure(reader, value, measure); }},
       fields.Reference(described_object == nullptr ? "" : "describedObject",
                        described_object == nullptr ? none : *described_object)});
}

template <class T>
auto& MeasureOf(T& metric) {
  if constexpr (requires { metric.target; }) {
    return metric.target;
  } else {
    return metric.current;
  }
}

// A MetricSpec or a MetricStatus.
template <class Metric>
void ReadMetric(GoJsonReader& reader, const Json& json, std::string_view type, const Shape& shape,
                Metric& metric) {
  const HpaFields fields(reader);
  const auto named = [&](std::string_view go_type) {
    return [&reader, &shape, go_type](const Json& value, auto& one) {
      ReadNamed(reader, value, go_type, shape, one, MeasureOf(one), nullptr);
    };
  };
  reader.Struct(json, type,
                {fields.Text("type", metric.type, "@.MetricSourceType"),
                 fields.Pointer("object", metric.object,
                                [&](const Json& value, auto& one) {
                                  ReadNamed(reader, value, "@.ObjectMetric", shape, one,
                                            MeasureOf(one), &one.described_object);
                                }),
                 fields.Pointer("pods", metric.pods, named("@.PodsMetric")),
                 fields.Pointer("resource", metric.resource,
                                [&](const Json& value, auto& one) {
                                  ReadResource(reader, value, shape, one, MeasureOf(one), nullptr);
                                }),
                 fields.Pointer("containerResource", metric.container_resource,
                                [&](const Json& value, auto& one) {
                                  ReadResource(reader, value, shape, one, MeasureOf(one),
                                               &one.container);
                                }),
                 fields.Pointer("external", metric.external, named("@.ExternalMetric"))});
}

void ReadPolicy(GoJsonReader& reader, const Json& json, ScalingPolicy& policy) {
  const HpaFields fields(reader);
  reader.Struct(json, "@.HPAScalingPolicy",
                {fields.Text("type", policy.type, "@.HPAScalingPolicyType"),
                 fields.Integer("value", policy.value),
                 fields.Integer("periodSeconds", policy.period_seconds)});
}

void ReadPolicies(GoJsonReader& reader, const Json& json, std::vector<ScalingPolicy>& policies) {
  reader.List(json, "[]@.HPAScalingPolicy", policies,
              [&](const Json& item, ScalingPolicy& policy) { ReadPolicy(reader, item, policy); });
}

void ReadRules(GoJsonReader& reader, const Json& json, Tolerance tolerance, ScalingRules& rules) {
  const HpaFields fields(reader);
  reader.Struct(
      json, "@.HPAScalingRules",
      {fields.Integer("stabilizationWindowSeconds", rules.stabilization_window_seconds),
       fields.Pointer("selectPolicy", rules.select_policy,
                      [&](const Json& value, std::string& text) {
                        reader.Text(value, text, "@.ScalingPolicySelect");
                      }),
       fields.Pointer("policies", rules.policies,
                      [&](const Json& value, auto& list) { ReadPolicies(reader, value, list); }),
       fields.Amount(tolerance == Tolerance::kUnknown ? "" : "tolerance", rules.tolerance)});
}

void ReadBehavior(GoJsonReader& reader, const Json& json, Tolerance tolerance, Behavior& behavior) {
  const HpaFields fields(reader);
  const auto read_rules = [&](const Json& value, ScalingRules& rules) {
    ReadRules(reader, value, tolerance, rules);
  };
  reader.Struct(json, "@.HorizontalPodAutoscalerBehavior",
                {fields.Pointer("scaleUp", behavior.scale_up, read_rules),
                 fields.Pointer("scaleDown", behavior.scale_down, read_rules)});
}

void ReadMeta(GoJsonReader& reader, const Json& json, HpaMeta& meta) {
  const HpaFields fields(reader);
  reader.Struct(
      json, "v1.ObjectMeta",
      {fields.Text("name", meta.name),
       fields.Text("namespace", meta.namespace_name),
       fields.Text("uid", meta.uid, "types.UID"),
       fields.Text("resourceVersion", meta.resource_version),
       {"generation", [&](const Json& value) { reader.Integer64(value, meta.generation); }},
       {"annotations", [&](const Json& value) {
          reader.StringMap(value, [&](const std::string& key, const std::string& text) {
            if (key.starts_with(kOwnAnnotations)) meta.annotations[key] = text;
          });
        }}});
  if (!json.is_object()) return;
  Json kept = json;
  for (const char* left_out : {"managedFields", "namespace", "name", "uid", "resourceVersion"}) {
    kept.erase(left_out);
  }
  meta.json = kept.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

void ReadReference(GoJsonReader& reader, const Json& json, std::string_view type,
                   CrossVersionObjectReference& reference) {
  const HpaFields fields(reader);
  reader.Struct(json, type,
                {fields.Text("kind", reference.kind), fields.Text("name", reference.name),
                 fields.Text("apiVersion", reference.api_version)});
}

void ReadSelector(GoJsonReader& reader, const Json& json, kube::SelectorObject& selector) {
  using Expression = kube::SelectorObject::Expression;
  const HpaFields fields(reader);
  const auto read_value = [&](const Json& item, std::string& value) { reader.Text(item, value); };
  const auto read_expression = [&](const Json& item, Expression& expression) {
    reader.Struct(item, "v1.LabelSelectorRequirement",
                  {fields.Text("key", expression.key),
                   fields.Text("operator", expression.op, "v1.LabelSelectorOperator"),
                   fields.List("values", "[]string", expression.values, read_value)});
  };
  reader.Struct(json, "v1.LabelSelector",
                {{"matchLabels",
                  [&](const Json& value) {
                    if (value.is_null()) selector.match_labels.clear();
                    reader.StringMap(value, [&](const std::string& key, const std::string& text) {
                      selector.match_labels[key] = text;
                    });
                  }},
                 fields.List("matchExpressions", "[]v1.LabelSelectorRequirement",
                             selector.match_expressions, read_expression)});
}

void ReadCondition(GoJsonReader& reader, const Json& json, HpaCondition& condition) {
  const HpaFields fields(reader);
  reader.Struct(
      json, "@.HorizontalPodAutoscalerCondition",
      {fields.Text("type", condition.type, "@.HorizontalPodAutoscalerConditionType"),
       fields.Text("status", condition.status, "v1.ConditionStatus"),
       fields.Time("lastTransitionTime", condition.last_transition_ns),
       fields.Text("reason", condition.reason), fields.Text("message", condition.message)});
}

void ReadSpec(GoJsonReader& reader, const Json& json, Tolerance tolerance, HpaSpec& spec) {
  const HpaFields fields(reader);
  reader.Struct(
      json, "@.HorizontalPodAutoscalerSpec",
      {fields.Reference("scaleTargetRef", spec.scale_target_ref),
       fields.Integer("minReplicas", spec.min_replicas),
       fields.Integer("maxReplicas", spec.max_replicas),
       fields.List("metrics", "[]@.MetricSpec", spec.metrics,
                   [&](const Json& item, MetricSpec& metric) {
                     ReadMetric(reader, item, "@.MetricSpec", kSourceShape, metric);
                   }),
       fields.Pointer("behavior", spec.behavior, [&](const Json& value, Behavior& behavior) {
         ReadBehavior(reader, value, tolerance, behavior);
       })});
}

void ReadStatus(GoJsonReader& reader, const Json& json, HpaStatus& status) {
  const auto read_metric = [](GoJsonReader& of, const Json& item, MetricStatus& metric) {
    ReadMetric(of, item, "@.MetricStatus", kStatusShape, metric);
  };
  ReadStatus(reader, json, read_metric, status);
}

void ReadStatus(GoJsonReader& reader, const Json& json, MetricStatusReader read_metric,
                HpaStatus& status) {
  const HpaFields fields(reader);
  const auto read_metrics = [&](const Json& value, std::vector<MetricStatus>& metrics) {
    reader.List(value, "[]@.MetricStatus", metrics,
                [&](const Json& item, MetricStatus& metric) { read_metric(reader, item, metric); });
  };
  reader.Struct(json, "@.HorizontalPodAutoscalerStatus",
                {fields.Integer("observedGeneration", status.observed_generation),
                 fields.Time("lastScaleTime", status.last_scale_ns),
                 fields.Integer("currentReplicas", status.current_replicas),
                 fields.Integer("desiredReplicas", status.desired_replicas),
                 fields.Pointer("currentMetrics", status.current_metrics, read_metrics),
                 fields.List("conditions", "[]@.HorizontalPodAutoscalerCondition",
                             status.conditions, [&](const Json& item, HpaCondition& condition) {
                               ReadCondition(reader, item, condition);
                             })});
}

absl::StatusOr<Hpa> DecodeHpa(const Json& json) {
  GoJsonReader reader;
  Hpa hpa;
  reader.Struct(
      json, "@.HorizontalPodAutoscaler",
      {{"metadata", [&](const Json& value) { ReadMeta(reader, value, hpa.meta); }},
       {"spec", [&](const Json& value) { ReadSpec(reader, value, Tolerance::kKnown, hpa.spec); }},
       {"status", [&](const Json& value) { ReadStatus(reader, value, hpa.status); }}});
  if (absl::Status status = reader.status(); !status.ok()) return status;
  return hpa;
}

}  // namespace kubegauge::autoscaler
