#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/hpa.h"

namespace kubegauge::server::replay {

// A HorizontalPodAutoscaler of any version, with its defaults.
struct Manifest {
  autoscaler::Hpa hpa;
  // For each rule that it breaks, what an API server would say: "spec.maxReplicas: Required value:
  // must be set and greater than 0". What a lax API let through is for the decision to bear.
  std::vector<std::string> faults;
};

// Error: kInvalidArgument for another kind or version, and for what does not decode.
absl::StatusOr<Manifest> ReadManifest(const nlohmann::json& object);

}  // namespace kubegauge::server::replay
