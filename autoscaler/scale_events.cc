#include "autoscaler/scale_events.h"

#include <algorithm>

#include "autoscaler/arithmetic.h"
#include "autoscaler/scaling_rules.h"

namespace kubegauge::autoscaler {
namespace {

int64_t LongestPeriod(const EffectiveRules& rules) {
  int64_t longest_ns = 0;
  for (const EffectiveRules::Policy& policy : rules.policies) {
    longest_ns = std::max(longest_ns, policy.period_ns);
  }
  return longest_ns;
}

}  // namespace

void RecordScaleEvent(const Behavior& behavior, int32_t before, int32_t after, const Tuning& tuning,
                      int64_t now_ns, History& history) {
  const bool up = after > before;
  std::vector<ScaleEvent>& events = up ? history.scale_ups : history.scale_downs;
  const int64_t cutoff_ns =
      now_ns - LongestPeriod(up ? ScaleUpRules(behavior) : ScaleDownRules(behavior, tuning));
  ScaleEvent* reusable = nullptr;
  for (ScaleEvent& event : events) {
    if (event.time_ns < cutoff_ns) event.outdated = true;
    if (event.outdated) reusable = &event;
  }
  const ScaleEvent event{
      .change = up ? WrapSubtract32(after, before) : WrapSubtract32(before, after),
      .time_ns = now_ns};
  if (reusable != nullptr) {
    *reusable = event;
  } else {
    events.push_back(event);
  }
}

}  // namespace kubegauge::autoscaler
