#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/hpa.h"

namespace kubegauge::server::replay {

// A HorizontalPodAutoscaler of any API version, with the API's defaults.
struct Manifest {
  autoscaler::Hpa hpa;
  // The API's rules that it violates. The decision bears them, as a laxer API may have let it
  // through.
  std::vector<std::string> violations;
};

// Error: kInvalidArgument for what is no HorizontalPodAutoscaler.
absl::StatusOr<Manifest> ReadManifest(const nlohmann::json& object);

}  // namespace kubegauge::server::replay
