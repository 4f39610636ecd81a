#include "autoscaler/hpa_annotations.h"

#include <utility>

#include "autoscaler/hpa_fields.h"
#include "autoscaler/written_json.h"
#include "kube/go_json.h"

namespace kubegauge::autoscaler {
namespace {

constexpr const char* kRoundTripKeys[] = {
    kMetricsAnnotation,
    kCurrentMetricsAnnotation,
    kConditionsAnnotation,
    kBehaviorAnnotation,
};
constexpr const char* kToleranceKeys[] = {
    "autoscaling.alpha.kubernetes.io/scale-down-tolerance",
    "autoscaling.alpha.kubernetes.io/scale-up-tolerance",
};

// As Go's json.Marshal, which makes JSON safe to stand in HTML.
std::string GoJsonText(const Json& json) {
  return kube::EscapeJsonForHtml(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// The JSON in an annotation; discarded where there is none.
Json Content(const Json& metadata, const char* key) {
  const Json discarded(Json::value_t::discarded);
  const auto annotations = metadata.find("annotations");
  if (annotations == metadata.end() || !annotations->is_object()) return discarded;
  const auto annotation = annotations->find(key);
  if (annotation == annotations->end() || !annotation->is_string()) return discarded;
  return ParseWrittenJson(annotation->get_ref<const std::string&>());
}

template <class Item, class Read>
std::optional<std::vector<Item>> AnnotatedList(const Json& json, Read read) {
  if (json.is_discarded()) return std::nullopt;
  GoJsonReader reader("v1", GoJsonReader::KeyCase::kInsensitive);
  std::vector<Item> items;
  reader.List(json, "[]", items, [&](const Json& item, Item& one) { read(reader, item, one); });
  if (!reader.status().ok()) return std::nullopt;
  return items;
}

void ReadInternalPolicy(GoJsonReader& reader, const Json& json, ScalingPolicy& policy) {
  const HpaFields fields(reader);
  reader.Struct(json, "autoscaling.HPAScalingPolicy",
                {fields.Text("Type", policy.type), fields.Integer("Value", policy.value),
                 fields.Integer("PeriodSeconds", policy.period_seconds)});
}

void ReadInternalPolicies(GoJsonReader& reader, const Json& json,
                          std::vector<ScalingPolicy>& policies) {
  reader.List(json, "[]", policies, [&](const Json& item, ScalingPolicy& policy) {
    ReadInternalPolicy(reader, item, policy);
  });
}

void ReadInternalRules(GoJsonReader& reader, const Json& json, Tolerance tolerance,
                       ScalingRules& rules) {
  const HpaFields fields(reader);
  reader.Struct(
      json, "autoscaling.HPAScalingRules",
      {fields.Integer("StabilizationWindowSeconds", rules.stabilization_window_seconds),
       fields.Pointer("SelectPolicy", rules.select_policy,
                      [&](const Json& value, std::string& text) { reader.Text(value, text); }),
       fields.Pointer(
           "Policies", rules.policies,
           [&](const Json& value, auto& list) { ReadInternalPolicies(reader, value, list); }),
       fields.Amount(tolerance == Tolerance::kKnown ? "Tolerance" : "", rules.tolerance)});
}

Json EncodeInternalRules(const ScalingRules& rules, Tolerance tolerance) {
  Json json = Json::object();
  json["StabilizationWindowSeconds"] = rules.stabilization_window_seconds
                                           ? Json(*rules.stabilization_window_seconds)
                                           : Json(nullptr);
  json["SelectPolicy"] = rules.select_policy ? Json(*rules.select_policy) : Json(nullptr);
  Json& policies = json["Policies"];
  if (rules.policies) {
    policies = Json::array();
    for (const ScalingPolicy& policy : *rules.policies) {
      policies.push_back({{"Type", policy.type},
                          {"Value", policy.value},
                          {"PeriodSeconds", policy.period_seconds}});
    }
  }
  if (tolerance == Tolerance::kKnown) {
    json["Tolerance"] = rules.tolerance ? Json(EncodeAmount(*rules.tolerance)) : Json(nullptr);
  }
  return json;
}

}  // namespace

void DropRoundTripAnnotations(Tolerance tolerance, Json& metadata) {
  const auto annotations = metadata.find("annotations");
  if (annotations == metadata.end() || !annotations->is_object()) return;
  for (const char* key : kRoundTripKeys) annotations->erase(key);
  if (tolerance == Tolerance::kKnown) {
    for (const char* key : kToleranceKeys) annotations->erase(key);
  }
  if (annotations->empty()) metadata.erase("annotations");
}

void SetAnnotation(const char* key, const Json& content, Json& metadata) {
  metadata["annotations"][key] = GoJsonText(content);
}

std::optional<std::vector<MetricSpec>> AnnotatedMetrics(const Json& metadata,
                                                        ZeroTarget zero_target) {
  return AnnotatedList<MetricSpec>(Content(metadata, kMetricsAnnotation),
                                   [&](GoJsonReader& reader, const Json& item, MetricSpec& metric) {
                                     ReadV2beta1Metric(reader, item, zero_target, metric);
                                   });
}

std::optional<std::vector<MetricStatus>> AnnotatedCurrentMetrics(const Json& metadata) {
  return AnnotatedList<MetricStatus>(Content(metadata, kCurrentMetricsAnnotation),
                                     ReadV2beta1MetricStatus);
}

std::optional<std::vector<HpaCondition>> AnnotatedConditions(const Json& metadata) {
  return AnnotatedList<HpaCondition>(Content(metadata, kConditionsAnnotation), ReadCondition);
}

std::optional<Behavior> AnnotatedBehavior(const Json& metadata, Tolerance tolerance) {
  const Json content = Content(metadata, kBehaviorAnnotation);
  if (content.is_discarded()) return std::nullopt;
  GoJsonReader reader("autoscaling", GoJsonReader::KeyCase::kInsensitive);
  Behavior behavior;
  const HpaFields fields(reader);
  const auto read_rules = [&](const Json& value, ScalingRules& rules) {
    ReadInternalRules(reader, value, tolerance, rules);
  };
  reader.Struct(content, "autoscaling.HorizontalPodAutoscalerBehavior",
                {fields.Pointer("ScaleUp", behavior.scale_up, read_rules),
                 fields.Pointer("ScaleDown", behavior.scale_down, read_rules)});
  if (!reader.status().ok() || behavior == Behavior()) return std::nullopt;
  return behavior;
}

Json EncodeInternalBehavior(const Behavior& behavior, Tolerance tolerance) {
  Json json = Json::object();
  json["ScaleUp"] =
      behavior.scale_up ? EncodeInternalRules(*behavior.scale_up, tolerance) : Json(nullptr);
  json["ScaleDown"] =
      behavior.scale_down ? EncodeInternalRules(*behavior.scale_down, tolerance) : Json(nullptr);
  return json;
}

}  // namespace kubegauge::autoscaler
