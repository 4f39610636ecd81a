#include "autoscaler/scaling_rules.h"

#include <string_view>
#include <utility>

#include "kube/time_units.h"

namespace kubegauge::autoscaler {
namespace {

using kube::kNsPerSecond;

using Policy = EffectiveRules::Policy;
using PolicyKind = EffectiveRules::PolicyKind;

PolicyKind KindOf(std::string_view type) {
  if (type == "Pods") return PolicyKind::kPods;
  if (type == "Percent") return PolicyKind::kPercent;
  return PolicyKind::kUnknown;
}

EffectiveRules::Select SelectOf(std::string_view policy) {
  if (policy == "Disabled") return EffectiveRules::Select::kDisabled;
  if (policy == "Min") return EffectiveRules::Select::kMin;
  return EffectiveRules::Select::kMax;
}

EffectiveRules Overridden(EffectiveRules defaults, const Boxed<ScalingRules>& rules) {
  if (!rules) return defaults;
  if (rules->stabilization_window_seconds) {
    defaults.window_ns = *rules->stabilization_window_seconds * kNsPerSecond;
  }
  if (rules->select_policy) defaults.select = SelectOf(*rules->select_policy);
  if (rules->policies) {
    defaults.policies.clear();
    for (const ScalingPolicy& policy : *rules->policies) {
      defaults.policies.push_back({.kind = KindOf(policy.type),
                                   .value = policy.value,
                                   .period_ns = policy.period_seconds * kNsPerSecond});
    }
  }
  return defaults;
}

}  // namespace

EffectiveRules ScaleUpRules(const Behavior& behavior) {
  const Policy four_pods{.kind = PolicyKind::kPods, .value = 4, .period_ns = 15 * kNsPerSecond};
  const Policy doubling{.kind = PolicyKind::kPercent, .value = 100, .period_ns = 15 * kNsPerSecond};
  return Overridden({.policies = {four_pods, doubling}}, behavior.scale_up);
}

EffectiveRules ScaleDownRules(const Behavior& behavior, const Tuning& tuning) {
  const int64_t whole_seconds = tuning.downscale_stabilization_ns / kNsPerSecond * kNsPerSecond;
  const Policy all{.kind = PolicyKind::kPercent, .value = 100, .period_ns = 15 * kNsPerSecond};
  return Overridden({.window_ns = whole_seconds, .policies = {all}}, behavior.scale_down);
}

}  // namespace kubegauge::autoscaler
