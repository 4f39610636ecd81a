#include "autoscaler/replica_limits.h"

#include <algorithm>

#include "autoscaler/arithmetic.h"

namespace kubegauge::autoscaler {
namespace {

Limited WithinRange(int32_t replicas) {
  return {replicas, "DesiredWithinRange", "the desired count is within the acceptable range"};
}

Limited AtMax(int32_t replicas) {
  return {replicas, "TooManyReplicas",
          "the desired replica count is more than the maximum replica count"};
}

Limited AtMin(int32_t replicas) {
  return {replicas, "TooFewReplicas",
          "the desired replica count is less than the minimum replica count"};
}

Limited AtUpLimit(int32_t replicas) {
  return {replicas, "ScaleUpLimit",
          "the desired replica count is increasing faster than the maximum scale rate"};
}

Limited AtDownLimit(int32_t replicas) {
  return {replicas, "ScaleDownLimit",
          "the desired replica count is decreasing faster than the maximum scale rate"};
}

Limited Highest(int32_t rate_limit, int32_t max) {
  return max > rate_limit ? AtUpLimit(rate_limit) : AtMax(max);
}

Limited Lowest(int32_t rate_limit, int32_t min) {
  return min < rate_limit ? AtDownLimit(rate_limit) : AtMin(min);
}

}  // namespace

Limited LimitPlainly(int32_t current, int32_t desired, ReplicaBounds bounds) {
  const Limited highest =
      Highest(SaturateToInt32(std::max(2.0 * static_cast<double>(current), 4.0)), bounds.max);
  if (desired < bounds.min) return AtMin(bounds.min);
  return desired > highest.replicas ? highest : WithinRange(desired);
}

Limited LimitByPolicies(int32_t current, int32_t desired, ReplicaBounds bounds,
                        const EffectiveRules& up, const EffectiveRules& down,
                        const History& history, int64_t now_ns) {
  if (desired > current) {
    const int32_t limit = std::max(current, ScaleUpLimit(current, up, history, now_ns));
    const Limited highest = Highest(limit, bounds.max);
    if (desired > highest.replicas) return highest;
  } else if (desired < current) {
    const int32_t limit = std::min(current, ScaleDownLimit(current, down, history, now_ns));
    const Limited lowest = Lowest(limit, bounds.min);
    if (desired < lowest.replicas) return lowest;
  }
  return WithinRange(desired);
}

}  // namespace kubegauge::autoscaler
