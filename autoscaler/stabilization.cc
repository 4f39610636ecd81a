#include "autoscaler/stabilization.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "autoscaler/arithmetic.h"

namespace kubegauge::autoscaler {
namespace {

constexpr Stabilized kReady{.reason = "ReadyForNewScale",
                            .message = "recommended size matches current size"};
constexpr Stabilized kHeldUp{
    .reason = "ScaleDownStabilized",
    .message =
        "recent recommendations were higher than current one, applying the highest recent "
        "recommendation"};
constexpr Stabilized kHeldDown{
    .reason = "ScaleUpStabilized",
    .message =
        "recent recommendations were lower than current one, applying the lowest recent "
        "recommendation"};

Stabilized With(Stabilized reason, int32_t replicas) {
  reason.replicas = replicas;
  return reason;
}

// `reason` until the newest of those recommendations has left its window that ask for at least, or
// by `asks_for` at most, `replicas`.
template <class Compare>
Stabilized Held(Stabilized reason, int32_t replicas, Compare asks_for, int64_t window_ns,
                const std::vector<Recommendation>& recommendations) {
  int64_t newest_ns = 0;
  for (const Recommendation& recommendation : recommendations) {
    if (asks_for(recommendation.replicas, replicas)) {
      newest_ns = std::max(newest_ns, recommendation.time_ns);
    }
  }
  reason.until_ns = SaturatingAdd(newest_ns, window_ns);  // a flag may be of centuries
  return With(reason, replicas);
}

void Remember(int32_t desired, int64_t now_ns, std::optional<size_t> slot,
              std::vector<Recommendation>& recommendations) {
  const Recommendation recommendation{.replicas = desired, .time_ns = now_ns};
  if (slot) {
    recommendations[*slot] = recommendation;
  } else {
    // What was copied out of the last history grows once: twice the room would stay empty.
    recommendations.reserve(recommendations.size() + 1);
    recommendations.push_back(recommendation);
  }
}

}  // namespace

Stabilized StabilizeDown(int32_t desired, int64_t window_ns, int64_t now_ns,
                         std::vector<Recommendation>& recommendations) {
  const int64_t cutoff = now_ns - window_ns;
  int32_t highest = desired;
  std::optional<size_t> outdated;
  for (size_t i = 0; i < recommendations.size(); ++i) {
    if (recommendations[i].time_ns < cutoff) {
      outdated = i;
    } else {
      highest = std::max(highest, recommendations[i].replicas);
    }
  }
  const Stabilized stabilized =
      highest == desired ? With(kReady, highest)
                         : Held(kHeldUp, highest, std::greater_equal(), window_ns, recommendations);
  Remember(desired, now_ns, outdated, recommendations);
  return stabilized;
}

Stabilized StabilizeBothWays(int32_t current, int32_t desired, int64_t up_window_ns,
                             int64_t down_window_ns, int64_t now_ns,
                             std::vector<Recommendation>& recommendations) {
  const int64_t up_cutoff = now_ns - up_window_ns;
  const int64_t down_cutoff = now_ns - down_window_ns;
  int32_t lowest = desired;
  int32_t highest = desired;
  std::optional<size_t> outdated;
  for (size_t i = 0; i < recommendations.size(); ++i) {
    const Recommendation& recommendation = recommendations[i];
    if (recommendation.time_ns > up_cutoff) lowest = std::min(lowest, recommendation.replicas);
    if (recommendation.time_ns > down_cutoff) highest = std::max(highest, recommendation.replicas);
    if (recommendation.time_ns < up_cutoff && recommendation.time_ns < down_cutoff) outdated = i;
  }
  const int32_t replicas = std::clamp(current, lowest, highest);
  Stabilized stabilized = With(kReady, replicas);
  if (replicas < desired) {
    stabilized = Held(kHeldDown, replicas, std::less_equal(), up_window_ns, recommendations);
  } else if (replicas > desired) {
    stabilized = Held(kHeldUp, replicas, std::greater_equal(), down_window_ns, recommendations);
  }
  Remember(desired, now_ns, outdated, recommendations);
  return stabilized;
}

}  // namespace kubegauge::autoscaler
