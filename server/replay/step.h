#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "autoscaler/hpa.h"
#include "autoscaler/observation.h"

namespace kubegauge::server::replay {

// One reconcile: what the controller saw, and what is said to have come of it.
struct Step {
  int64_t now_ns = 0;  // since the Unix epoch
  autoscaler::Observation observation;
  std::optional<std::string> update_scale_error;
  const nlohmann::json* expect = nullptr;  // null where the step has none
};

// The step's views and pointers are into `step`. Error: kInvalidArgument.
absl::StatusOr<Step> ReadStep(const nlohmann::json& step, const autoscaler::Hpa& hpa);

}  // namespace kubegauge::server::replay
