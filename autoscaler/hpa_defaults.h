#pragma once

#include "autoscaler/hpa.h"

namespace kubegauge::autoscaler {

// What the API server fills in (hpa.md 17.1).

inline constexpr int32_t kDefaultCpuUtilization = 80;

MetricSpec CpuUtilizationMetric(int32_t percent);

// minReplicas and metrics, in every version.
void SetReplicaAndMetricDefaults(HpaSpec& spec);
// The fields of a behavior that is there, in v2 and v2beta2.
void SetBehaviorDefaults(HpaSpec& spec);

}  // namespace kubegauge::autoscaler
