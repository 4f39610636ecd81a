#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/observation.h"

namespace kubegauge::autoscaler {

// A MetricValueList of custom.metrics.k8s.io, v1beta1 or v1beta2 (hpa.md 8.2): each value under the
// name of the object that it describes. Error: kInvalidArgument, with client-go's text where that
// is something else, and for values that do not parse.
absl::StatusOr<std::vector<PodMetric>> DecodeMetricValues(std::string_view json);

// The values of an ExternalMetricValueList in thousandths, in order (hpa.md 8.3). Error:
// kInvalidArgument, likewise.
absl::StatusOr<std::vector<int64_t>> DecodeExternalMetricValues(std::string_view json);

}  // namespace kubegauge::autoscaler
