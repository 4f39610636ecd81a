#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::autoscaler {

// The paths of the metrics APIs (hpa.md 8.2 to 8.4). Errors: kInvalidArgument with client-go's text
// for a name that cannot stand in a path.

// A MetricValueList of custom.metrics.k8s.io.
struct MetricValueRequest {
  std::string_view namespace_name;
  std::string_view resource;
  std::string_view name;
  std::string_view subresource;  // empty without one
  std::string_view pod_selector;
  std::string_view metric_selector;
};

absl::StatusOr<std::string> TargetOf(const MetricValueRequest& request, std::string_view version);

// An ExternalMetricValueList of external.metrics.k8s.io. The metric stands in lower case there.
absl::StatusOr<std::string> ExternalMetricTarget(std::string_view namespace_name,
                                                 std::string_view metric,
                                                 std::string_view metric_selector);

}  // namespace kubegauge::autoscaler
