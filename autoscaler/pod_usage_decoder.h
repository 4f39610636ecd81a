#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "autoscaler/observation.h"

namespace kubegauge::autoscaler {

// A PodMetricsList of metrics.k8s.io/v1beta1 (hpa.md 8.1). Error: kInvalidArgument.
absl::StatusOr<PodUsageList> DecodePodUsage(std::string json);

}  // namespace kubegauge::autoscaler
