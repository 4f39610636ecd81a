#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "autoscaler/observation.h"

namespace kubegauge::autoscaler {

// A PodMetricsList of metrics.k8s.io/v1beta1 (hpa.md 8.1). Copies `json`. Error: kInvalidArgument.
absl::StatusOr<PodUsageList> DecodePodUsage(std::string_view json);

}  // namespace kubegauge::autoscaler
