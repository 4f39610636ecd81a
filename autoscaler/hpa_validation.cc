#include "autoscaler/hpa_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "autoscaler/hpa_metric_validation.h"

namespace kubegauge::autoscaler {
namespace {

constexpr int32_t kMaxPeriodSeconds = 1800;
constexpr int32_t kMaxWindowSeconds = 3600;
constexpr std::string_view kSelectPolicies[] = {"Disabled", "Max", "Min"};
constexpr std::string_view kPolicyTypes[] = {"Percent", "Pods"};
constexpr char kNotNegative[] = "must be greater than or equal to 0";

bool IsOneOf(std::string_view text, std::span<const std::string_view> texts) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

void ValidateReplicas(const HpaSpec& spec, const HpaSpec* old, const HpaRules& rules,
                      FieldErrors& errors) {
  const bool had_zero = old != nullptr && old->min_replicas == 0;
  const int32_t lower_bound = rules.scale_to_zero || had_zero ? 0 : 1;
  if (spec.min_replicas && *spec.min_replicas < lower_bound) {
    errors.Invalid("spec.minReplicas", int64_t{*spec.min_replicas},
                   fmt::format("must be greater than or equal to {}", lower_bound));
  }
  const int64_t max = spec.max_replicas;
  if (max < 1 && rules.minor < 36) {
    errors.Invalid("spec.maxReplicas", max, "must be greater than 0");
  } else if (max == 0) {
    errors.Required("spec.maxReplicas", "must be set and greater than 0");
  } else if (max < 0) {
    errors.Invalid("spec.maxReplicas", max, "must be greater than or equal to 1");
  }
  if (spec.min_replicas && max < *spec.min_replicas) {
    errors.Invalid("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`");
  }
}

ReferenceRules TargetRules(const HpaSpec& spec, const HpaSpec* old, const HpaRules& rules) {
  const CrossVersionObjectReference& target = spec.scale_target_ref;
  if (old != nullptr && old->scale_target_ref.api_version == target.api_version &&
      old->scale_target_ref.kind == target.kind) {
    return {};
  }
  return {.checks_api_version = rules.minor >= 34,
          .allows_empty_group = target.kind == "ReplicationController"};
}

ReferenceRules DescribedObjectRules(const HpaSpec* old, const HpaRules& rules) {
  ReferenceRules described = {.checks_api_version = rules.minor >= 34, .allows_empty_group = true};
  if (old == nullptr) return described;
  for (const MetricSpec& metric : old->metrics) {
    if (metric.type != "Object" || !metric.object) continue;
    const std::string& api_version = metric.object->described_object.api_version;
    if (!ApiVersionFault(api_version, true).empty()) described.checks_api_version = false;
  }
  return described;
}

void ValidateMetrics(const HpaSpec& spec, const HpaSpec* old, const HpaRules& rules,
                     FieldErrors& errors) {
  const ReferenceRules described = DescribedObjectRules(old, rules);
  bool scales_from_zero = false;
  for (size_t i = 0; i < spec.metrics.size(); ++i) {
    const MetricSpec& metric = spec.metrics[i];
    ValidateMetric(metric, fmt::format("spec.metrics[{}]", i), rules, described, errors);
    scales_from_zero |= metric.type == "Object" || metric.type == "External";
  }
  if (spec.min_replicas == 0 && !scales_from_zero) {
    errors.Forbidden("spec.metrics",
                     "must specify at least one Object or External metric to support scaling to "
                     "zero replicas");
  }
}

void ValidatePolicy(const ScalingPolicy& policy, const std::string& field, const HpaRules& rules,
                    FieldErrors& errors) {
  if (!IsOneOf(policy.type, kPolicyTypes)) {
    errors.NotSupportedAs(field + ".type", ShownName(policy.type, rules), kPolicyTypes);
  }
  if (policy.value <= 0) {
    errors.Invalid(field + ".value", int64_t{policy.value}, "must be greater than zero");
  }
  if (policy.period_seconds <= 0) {
    errors.Invalid(field + ".periodSeconds", int64_t{policy.period_seconds},
                   "must be greater than zero");
  }
  if (policy.period_seconds > kMaxPeriodSeconds) {
    errors.Invalid(field + ".periodSeconds", int64_t{policy.period_seconds},
                   fmt::format("must be less than or equal to {}", kMaxPeriodSeconds));
  }
}

void ValidateWindow(int32_t seconds, const std::string& field, FieldErrors& errors) {
  if (seconds < 0) {
    errors.Invalid(field, int64_t{seconds}, "must be greater than or equal to zero");
  }
  if (seconds > kMaxWindowSeconds) {
    errors.Invalid(field, int64_t{seconds},
                   fmt::format("must be less than or equal to {}", kMaxWindowSeconds));
  }
}

void ValidateScalingRules(const ScalingRules& scaling, const std::string& field,
                          const HpaRules& rules, FieldErrors& errors) {
  if (scaling.stabilization_window_seconds) {
    ValidateWindow(*scaling.stabilization_window_seconds, field + ".stabilizationWindowSeconds",
                   errors);
  }
  if (scaling.select_policy && !IsOneOf(*scaling.select_policy, kSelectPolicies)) {
    errors.NotSupportedAs(field + ".selectPolicy", ShownName(*scaling.select_policy, rules),
                          kSelectPolicies);
  }
  if (!scaling.policies || scaling.policies->empty()) {
    errors.Required(field + ".policies", "must specify at least one Policy");
  } else {
    for (size_t i = 0; i < scaling.policies->size(); ++i) {
      ValidatePolicy((*scaling.policies)[i], fmt::format("{}.policies[{}]", field, i), rules,
                     errors);
    }
  }
  if (scaling.tolerance && scaling.tolerance->Sign() < 0) {
    InvalidAmount(field + ".tolerance", *scaling.tolerance, kNotNegative, rules, errors);
  }
}

}  // namespace

void ValidateHpaSpec(const HpaSpec& spec, const HpaSpec* old, const HpaRules& rules,
                     FieldErrors& errors) {
  ValidateReplicas(spec, old, rules, errors);
  ValidateReference(spec.scale_target_ref, "spec.scaleTargetRef", TargetRules(spec, old, rules),
                    errors);
  ValidateMetrics(spec, old, rules, errors);
  if (!spec.behavior) return;
  const Behavior& behavior = *spec.behavior;
  if (behavior.scale_up) {
    ValidateScalingRules(*behavior.scale_up, "spec.behavior.scaleUp", rules, errors);
  }
  if (behavior.scale_down) {
    ValidateScalingRules(*behavior.scale_down, "spec.behavior.scaleDown", rules, errors);
  }
}

void ValidateHpaStatus(const HpaStatus& status, FieldErrors& errors) {
  if (status.current_replicas < 0) {
    errors.Invalid("status.currentReplicas", int64_t{status.current_replicas}, kNotNegative);
  }
  if (status.desired_replicas < 0) {
    errors.Invalid("status.desiredReplicas", int64_t{status.desired_replicas}, kNotNegative);
  }
}

}  // namespace kubegauge::autoscaler
