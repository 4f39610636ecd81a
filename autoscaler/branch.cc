#include "autoscaler/branch.h"

#include <algorithm>

#include "autoscaler/conditions.h"

namespace kubegauge::autoscaler {

using Branch = DecisionTrace::Branch;

int32_t MinReplicas(const HpaSpec& spec) { return spec.min_replicas.value_or(1); }

bool WasScaledToZero(const Hpa& hpa, const Tuning& tuning) {
  return tuning.scale_to_zero && IsConditionTrue(hpa.status.conditions, kScaledToZero);
}

bool HasObjectOrExternalMetric(const HpaSpec& spec) {
  return std::any_of(spec.metrics.begin(), spec.metrics.end(), [](const MetricSpec& metric) {
    return metric.type == "Object" || metric.type == "External";
  });
}

Branch BranchOf(const Hpa& hpa, const ScaleReading& scale, const Tuning& tuning) {
  const int32_t current = scale.spec_replicas;
  const int32_t min = MinReplicas(hpa.spec);
  if (current == 0) {
    const bool may_leave_zero =
        WasScaledToZero(hpa, tuning) && (min != 0 || HasObjectOrExternalMetric(hpa.spec));
    return may_leave_zero ? Branch::kMetrics : Branch::kDisabled;
  }
  if (current > hpa.spec.max_replicas) return Branch::kAboveMax;
  if (current < min) return Branch::kBelowMin;
  return Branch::kMetrics;
}

}  // namespace kubegauge::autoscaler
