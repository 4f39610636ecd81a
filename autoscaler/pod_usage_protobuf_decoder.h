#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "autoscaler/observation.h"

namespace kubegauge::autoscaler {

// A PodMetricsList of metrics.k8s.io/v1beta1 in protobuf (hpa.md 8.1, wire.md A.12). Keeps `body`,
// which the list has views into. Makes room for `likely_pods` at once. Error: kInvalidArgument.
absl::StatusOr<PodUsageList> DecodeProtobufPodUsage(std::string body, size_t likely_pods);

}  // namespace kubegauge::autoscaler
