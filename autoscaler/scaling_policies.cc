#include <algorithm>
#include <cmath>
#include <limits>

#include "autoscaler/arithmetic.h"
#include "autoscaler/replica_limits.h"

namespace kubegauge::autoscaler {
namespace {

using Policy = EffectiveRules::Policy;
using PolicyKind = EffectiveRules::PolicyKind;
using Select = EffectiveRules::Select;

int32_t ChangeSince(const std::vector<ScaleEvent>& events, int64_t cutoff_ns) {
  int32_t change = 0;
  for (const ScaleEvent& event : events) {
    if (event.time_ns > cutoff_ns) change = WrapAdd32(change, event.change);
  }
  return change;
}

// The replicas that there were when the policy's period began.
int32_t PeriodStart(int32_t current, const Policy& policy, const History& history, int64_t now_ns) {
  const int64_t cutoff_ns = now_ns - policy.period_ns;
  return WrapAdd32(WrapSubtract32(current, ChangeSince(history.scale_ups, cutoff_ns)),
                   ChangeSince(history.scale_downs, cutoff_ns));
}

double Percent(int32_t value) { return static_cast<double>(value) / 100; }

}  // namespace

int32_t ScaleUpLimit(int32_t current, const EffectiveRules& up, const History& history,
                     int64_t now_ns) {
  if (up.select == Select::kDisabled) return current;
  const bool least = up.select == Select::kMin;
  int32_t limit = least ? std::numeric_limits<int32_t>::max() : std::numeric_limits<int32_t>::min();
  // A policy of unknown type counts as the one before it.
  int32_t allowed = 0;
  for (const Policy& policy : up.policies) {
    const int32_t start = PeriodStart(current, policy, history, now_ns);
    if (policy.kind == PolicyKind::kPods) {
      allowed = WrapAdd32(start, policy.value);
    } else if (policy.kind == PolicyKind::kPercent) {
      allowed =
          SaturateToInt32(std::ceil(static_cast<double>(start) * (1 + Percent(policy.value))));
    }
    limit = least ? std::min(limit, allowed) : std::max(limit, allowed);
  }
  return limit;
}

int32_t ScaleDownLimit(int32_t current, const EffectiveRules& down, const History& history,
                       int64_t now_ns) {
  if (down.select == Select::kDisabled) return current;
  const bool least = down.select == Select::kMin;
  int32_t limit = least ? std::numeric_limits<int32_t>::min() : std::numeric_limits<int32_t>::max();
  int32_t allowed = 0;
  for (const Policy& policy : down.policies) {
    const int32_t start = PeriodStart(current, policy, history, now_ns);
    if (policy.kind == PolicyKind::kPods) {
      allowed = WrapSubtract32(start, policy.value);
    } else if (policy.kind == PolicyKind::kPercent) {
      allowed = SaturateToInt32(static_cast<double>(start) * (1 - Percent(policy.value)));
    }
    limit = least ? std::max(limit, allowed) : std::min(limit, allowed);
  }
  return limit;
}

}  // namespace kubegauge::autoscaler
