#include "autoscaler/normalize.h"

#include <optional>
#include <utility>

#include "autoscaler/branch.h"
#include "autoscaler/conditions.h"
#include "autoscaler/replica_limits.h"
#include "autoscaler/scaling_rules.h"
#include "autoscaler/stabilization.h"

namespace kubegauge::autoscaler {
namespace {

using Step = NormalizationStep;

void SetAbleToScale(const Stabilized& stabilized, int32_t desired, int64_t now_ns,
                    Decision& decision) {
  SetCondition(decision.status.conditions, kAbleToScale, true, stabilized.reason,
               stabilized.message, now_ns);
  if (stabilized.replicas == desired) return;
  decision.trace.steps.push_back({.kind = Step::Kind::kStabilization,
                                  .before = desired,
                                  .after = stabilized.replicas,
                                  .reason = stabilized.reason,
                                  .until_ns = stabilized.until_ns});
}

void SetScalingLimited(const Limited& limited, int32_t stabilized, int64_t now_ns,
                       Decision& decision) {
  const bool is_limited = limited.replicas != stabilized;
  SetCondition(decision.status.conditions, kScalingLimited, is_limited, limited.reason,
               limited.message, now_ns);
  if (!is_limited) return;
  const std::string_view reason = limited.reason;
  const bool by_policy = reason == "ScaleUpLimit" || reason == "ScaleDownLimit";
  decision.trace.steps.push_back({.kind = by_policy ? Step::Kind::kPolicy : Step::Kind::kBound,
                                  .before = stabilized,
                                  .after = limited.replicas,
                                  .reason = limited.reason});
}

}  // namespace

int32_t NormalizeReplicas(const Hpa& hpa, int32_t desired, const Tuning& tuning, int64_t now_ns,
                          Decision& decision) {
  const int32_t current = decision.current_replicas;
  const ReplicaBounds bounds{.min = MinReplicas(hpa.spec), .max = hpa.spec.max_replicas};
  if (!hpa.spec.behavior) {
    const Stabilized stabilized = StabilizeDown(desired, tuning.downscale_stabilization_ns, now_ns,
                                                decision.history.recommendations);
    SetAbleToScale(stabilized, desired, now_ns, decision);
    const Limited limited = LimitPlainly(current, stabilized.replicas, bounds);
    SetScalingLimited(limited, stabilized.replicas, now_ns, decision);
    return limited.replicas;
  }
  const EffectiveRules up = ScaleUpRules(*hpa.spec.behavior);
  const EffectiveRules down = ScaleDownRules(*hpa.spec.behavior, tuning);
  const Stabilized stabilized = StabilizeBothWays(current, desired, up.window_ns, down.window_ns,
                                                  now_ns, decision.history.recommendations);
  SetAbleToScale(stabilized, desired, now_ns, decision);
  const Limited limited =
      LimitByPolicies(current, stabilized.replicas, bounds, up, down, decision.history, now_ns);
  SetScalingLimited(limited, stabilized.replicas, now_ns, decision);
  return limited.replicas;
}

}  // namespace kubegauge::autoscaler
