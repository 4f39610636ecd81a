#include "autoscaler/hpa.h"

namespace kubegauge::autoscaler {
namespace {

bool SameMetrics(const std::optional<std::vector<MetricStatus>>& a,
                 const std::optional<std::vector<MetricStatus>>& b) {
  const bool a_empty = !a || a->empty();
  const bool b_empty = !b || b->empty();
  return a_empty || b_empty ? a_empty == b_empty : *a == *b;
}

}  // namespace

bool SameStatus(const HpaStatus& a, const HpaStatus& b) {
  return a.observed_generation == b.observed_generation && a.last_scale_ns == b.last_scale_ns &&
         a.current_replicas == b.current_replicas && a.desired_replicas == b.desired_replicas &&
         SameMetrics(a.current_metrics, b.current_metrics) && a.conditions == b.conditions;
}

}  // namespace kubegauge::autoscaler
