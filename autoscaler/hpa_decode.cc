#include <utility>

#include "autoscaler/hpa_codec.h"

namespace kubegauge::autoscaler {
namespace {

constexpr std::string_view kOwnAnnotations = "kubegauge.io/";

void ReadIdentifier(GoJsonReader& reader, const Json& json, MetricIdentifier& metric) {
  reader.Struct(json, "@.MetricIdentifier",
                {{"name", [&](const Json& value) { reader.Text(value, metric.name); }},
                 {"selector", [&](const Json& value) {
                    reader.Optional(value, metric.selector, [&](kube::SelectorObject& selector) {
                      ReadSelector(reader, value, selector);
                    });
                  }}});
}

template <class Amount>
void ReadAmount(GoJsonReader& reader, const Json& json, Boxed<Amount>& amount) {
  reader.Optional(json, amount, [&](Amount& value) { reader.Amount(json, value); });
}

void ReadInteger(GoJsonReader& reader, const Json& json, std::optional<int32_t>& number) {
  reader.Optional(json, number, [&](int32_t& value) { reader.Integer(json, value); });
}

void ReadTarget(GoJsonReader& reader, const Json& json, MetricTarget& target) {
  reader.Struct(
      json, "@.MetricTarget",
      {{"type", [&](const Json& value) { reader.Text(value, target.type, "@.MetricTargetType"); }},
       {"value", [&](const Json& value) { ReadAmount(reader, value, target.value); }},
       {"averageValue",
        [&](const Json& value) { ReadAmount(reader, value, target.average_value); }},
       {"averageUtilization",
        [&](const Json& value) { ReadInteger(reader, value, target.average_utilization); }}});
}

void ReadValue(GoJsonReader& reader, const Json& json, MetricValueStatus& current) {
  reader.Struct(json, "@.MetricValueStatus",
                {{"value", [&](const Json& value) { ReadAmount(reader, value, current.value); }},
                 {"averageValue",
                  [&](const Json& value) { ReadAmount(reader, value, current.average_value); }},
                 {"averageUtilization", [&](const Json& value) {
                    ReadInteger(reader, value, current.average_utilization);
                  }}});
}

// The sources and their statuses differ only in what they hold about the value.
void ReadMeasure(GoJsonReader& reader, const Json& json, MetricTarget& target) {
  ReadTarget(reader, json, target);
}
void ReadMeasure(GoJsonReader& reader, const Json& json, MetricValueStatus& current) {
  ReadValue(reader, json, current);
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
  const std::string type =
      (container == nullptr ? "@.ResourceMetric" : "@.ContainerResourceMetric") +
      std::string(shape.suffix);
  reader.Struct(
      json, type,
      {{"name", [&](const Json& value) { reader.Text(value, resource.name, "v1.ResourceName"); }},
       {container == nullptr ? "" : "container",
        [&](const Json& value) { reader.Text(value, *container); }},
       {shape.measure, [&](const Json& value) { ReadMeasure(reader, value, measure); }}});
}

template <class Source, class Measure>
void ReadNamed(GoJsonReader& reader, const Json& json, std::string_view type, const Shape& shape,
               Source& source, Measure& measure, ObjectReference* described_object) {
  reader.Struct(
      json, std::string(type) + std::string(shape.suffix),
      {{"metric", [&](const Json& value) { ReadIdentifier(reader, value, source.metric); }},
       {shape.measure, [&](const Json& value) { ReadMeasure(reader, value, measure); }},
       {described_object == nullptr ? "" : "describedObject", [&](const Json& value) {
          ReadReference(reader, value, "@.CrossVersionObjectReference", *described_object);
        }}});
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
  const auto boxed = [&reader](auto& box, auto read) {
    return [&reader, &box, read](const Json& value) {
      reader.Optional(value, box, [&](auto& one) { read(value, one); });
    };
  };
  reader.Struct(
      json, type,
      {{"type", [&](const Json& value) { reader.Text(value, metric.type, "@.MetricSourceType"); }},
       {"object", boxed(metric.object,
                        [&](const Json& value, auto& one) {
                          ReadNamed(reader, value, "@.ObjectMetric", shape, one, MeasureOf(one),
                                    &one.described_object);
                        })},
       {"pods", boxed(metric.pods,
                      [&](const Json& value, auto& one) {
                        ReadNamed(reader, value, "@.PodsMetric", shape, one, MeasureOf(one),
                                  nullptr);
                      })},
       {"resource", boxed(metric.resource,
                          [&](const Json& value, auto& one) {
                            ReadResource(reader, value, shape, one, MeasureOf(one), nullptr);
                          })},
       {"containerResource", boxed(metric.container_resource,
                                   [&](const Json& value, auto& one) {
                                     ReadResource(reader, value, shape, one, MeasureOf(one),
                                                  &one.container);
                                   })},
       {"external", boxed(metric.external, [&](const Json& value, auto& one) {
          ReadNamed(reader, value, "@.ExternalMetric", shape, one, MeasureOf(one), nullptr);
        })}});
}

void ReadPolicy(GoJsonReader& reader, const Json& json, ScalingPolicy& policy) {
  reader.Struct(
      json, "@.HPAScalingPolicy",
      {{"type",
        [&](const Json& value) { reader.Text(value, policy.type, "@.HPAScalingPolicyType"); }},
       {"value", [&](const Json& value) { reader.Integer(value, policy.value); }},
       {"periodSeconds",
        [&](const Json& value) { reader.Integer(value, policy.period_seconds); }}});
}

void ReadRules(GoJsonReader& reader, const Json& json, Tolerance tolerance, ScalingRules& rules) {
  reader.Struct(
      json, "@.HPAScalingRules",
      {{"stabilizationWindowSeconds",
        [&](const Json& value) { ReadInteger(reader, value, rules.stabilization_window_seconds); }},
       {"selectPolicy",
        [&](const Json& value) {
          reader.Optional(value, rules.select_policy, [&](std::string& text) {
            reader.Text(value, text, "@.ScalingPolicySelect");
          });
        }},
       {"policies",
        [&](const Json& value) {
          reader.Optional(value, rules.policies, [&](std::vector<ScalingPolicy>& policies) {
            reader.List(value, "[]@.HPAScalingPolicy", [&](const Json& item) {
              ReadPolicy(reader, item, policies.emplace_back());
            });
          });
        }},
       {tolerance == Tolerance::kUnknown ? "" : "tolerance",
        [&](const Json& value) { ReadAmount(reader, value, rules.tolerance); }}});
}

void ReadBehavior(GoJsonReader& reader, const Json& json, Tolerance tolerance, Behavior& behavior) {
  const auto rules = [&reader, tolerance](Boxed<ScalingRules>& box) {
    return [&reader, &box, tolerance](const Json& value) {
      reader.Optional(value, box,
                      [&](ScalingRules& one) { ReadRules(reader, value, tolerance, one); });
    };
  };
  reader.Struct(json, "@.HorizontalPodAutoscalerBehavior",
                {{"scaleUp", rules(behavior.scale_up)}, {"scaleDown", rules(behavior.scale_down)}});
}

void ReadMeta(GoJsonReader& reader, const Json& json, HpaMeta& meta) {
  reader.Struct(
      json, "v1.ObjectMeta",
      {{"name", [&](const Json& value) { reader.Text(value, meta.name); }},
       {"namespace", [&](const Json& value) { reader.Text(value, meta.namespace_name); }},
       {"uid", [&](const Json& value) { reader.Text(value, meta.uid, "types.UID"); }},
       {"resourceVersion", [&](const Json& value) { reader.Text(value, meta.resource_version); }},
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
                   ObjectReference& reference) {
  reader.Struct(
      json, type,
      {{"kind", [&](const Json& value) { reader.Text(value, reference.kind); }},
       {"name", [&](const Json& value) { reader.Text(value, reference.name); }},
       {"apiVersion", [&](const Json& value) { reader.Text(value, reference.api_version); }}});
}

void ReadSelector(GoJsonReader& reader, const Json& json, kube::SelectorObject& selector) {
  using Expression = kube::SelectorObject::Expression;
  const auto read_expression = [&reader](const Json& json, Expression& expression) {
    reader.Struct(json, "v1.LabelSelectorRequirement",
                  {{"key", [&](const Json& value) { reader.Text(value, expression.key); }},
                   {"operator",
                    [&](const Json& value) {
                      reader.Text(value, expression.op, "v1.LabelSelectorOperator");
                    }},
                   {"values", [&](const Json& value) {
                      reader.List(value, "[]string", [&](const Json& item) {
                        reader.Text(item, expression.values.emplace_back());
                      });
                    }}});
  };
  reader.Struct(json, "v1.LabelSelector",
                {{"matchLabels",
                  [&](const Json& value) {
                    reader.StringMap(value, [&](const std::string& key, const std::string& text) {
                      selector.match_labels[key] = text;
                    });
                  }},
                 {"matchExpressions", [&](const Json& value) {
                    reader.List(value, "[]v1.LabelSelectorRequirement", [&](const Json& item) {
                      read_expression(item, selector.match_expressions.emplace_back());
                    });
                  }}});
}

void ReadCondition(GoJsonReader& reader, const Json& json, HpaCondition& condition) {
  reader.Struct(
      json, "@.HorizontalPodAutoscalerCondition",
      {{"type",
        [&](const Json& value) {
          reader.Text(value, condition.type, "@.HorizontalPodAutoscalerConditionType");
        }},
       {"status",
        [&](const Json& value) { reader.Text(value, condition.status, "v1.ConditionStatus"); }},
       {"lastTransitionTime",
        [&](const Json& value) { reader.Time(value, condition.last_transition_ns); }},
       {"reason", [&](const Json& value) { reader.Text(value, condition.reason); }},
       {"message", [&](const Json& value) { reader.Text(value, condition.message); }}});
}

void ReadSpec(GoJsonReader& reader, const Json& json, Tolerance tolerance, HpaSpec& spec) {
  reader.Struct(
      json, "@.HorizontalPodAutoscalerSpec",
      {{"scaleTargetRef",
        [&](const Json& value) {
          ReadReference(reader, value, "@.CrossVersionObjectReference", spec.scale_target_ref);
        }},
       {"minReplicas", [&](const Json& value) { ReadInteger(reader, value, spec.min_replicas); }},
       {"maxReplicas", [&](const Json& value) { reader.Integer(value, spec.max_replicas); }},
       {"metrics",
        [&](const Json& value) {
          reader.List(value, "[]@.MetricSpec", [&](const Json& item) {
            ReadMetric(reader, item, "@.MetricSpec", kSourceShape, spec.metrics.emplace_back());
          });
        }},
       {"behavior", [&](const Json& value) {
          reader.Optional(value, spec.behavior,
                          [&](Behavior& one) { ReadBehavior(reader, value, tolerance, one); });
        }}});
}

void ReadStatus(GoJsonReader& reader, const Json& json, HpaStatus& status) {
  reader.Struct(
      json, "@.HorizontalPodAutoscalerStatus",
      {{"observedGeneration",
        [&](const Json& value) {
          reader.Optional(value, status.observed_generation,
                          [&](int64_t& number) { reader.Integer64(value, number); });
        }},
       {"lastScaleTime", [&](const Json& value) { reader.Time(value, status.last_scale_ns); }},
       {"currentReplicas",
        [&](const Json& value) { reader.Integer(value, status.current_replicas); }},
       {"desiredReplicas",
        [&](const Json& value) { reader.Integer(value, status.desired_replicas); }},
       {"currentMetrics",
        [&](const Json& value) {
          reader.Optional(value, status.current_metrics, [&](std::vector<MetricStatus>& metrics) {
            reader.List(value, "[]@.MetricStatus", [&](const Json& item) {
              ReadMetric(reader, item, "@.MetricStatus", kStatusShape, metrics.emplace_back());
            });
          });
        }},
       {"conditions", [&](const Json& value) {
          reader.List(value, "[]@.HorizontalPodAutoscalerCondition", [&](const Json& item) {
            ReadCondition(reader, item, status.conditions.emplace_back());
          });
        }}});
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
