#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/pod.h"
#include "autoscaler/pod_shapes.h"
#include "kube/object_meta.h"

namespace kubegauge::autoscaler {

// What is read of a core/v1 Pod, whatever it was encoded in, before it is made sense of. Views into
// what it was read from, valid as long as that.

// One entry of a ResourceList; of a name that comes twice the last entry counts.
struct ResourceField {
  std::string_view resource;
  std::string quantity;
};
using ResourceFields = std::vector<ResourceField>;

struct ContainerFields {
  std::string_view name;
  ResourceFields requests;
  std::string_view restart_policy;  // empty where it is the pod's
};

struct PodFields {
  std::string_view namespace_name;
  std::string_view name;
  std::vector<kube::Label> labels;
  bool deleting = false;

  std::vector<ContainerFields> containers;
  std::vector<ContainerFields> init_containers;
  ResourceFields pod_requests;  // spec.resources.requests
  ResourceFields overhead;

  std::string_view phase;
  std::optional<int64_t> start_ns;
  // Of the first condition of type Ready; empty without one.
  std::optional<std::string_view> ready;
  int64_t ready_transition_ns = 0;
};

// Error kInvalidArgument where there is no name or a quantity does not parse.
absl::StatusOr<PodPtr> MakePod(const PodFields& fields, PodShapes& shapes);

}  // namespace kubegauge::autoscaler
