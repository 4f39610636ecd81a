#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/pod.h"

namespace kubegauge::autoscaler {

struct PodFields;

// The requests of a pod in thousandths (hpa.md 9.2, 10.1).
struct PodRequests {
  // As PodShape::containers and PodShape::pod_level_requests.
  std::vector<ContainerRequests> containers;
  std::optional<ResourceAmounts> pod_level;
};

// Error kInvalidArgument where a quantity does not parse.
absl::StatusOr<PodRequests> ReadPodRequests(const PodFields& fields);

}  // namespace kubegauge::autoscaler
