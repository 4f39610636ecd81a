#pragma once

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "autoscaler/hpa.h"

namespace kubegauge::server::replay {

// A HorizontalPodAutoscaler of any version, with its defaults. What a lax API let through is for
// the decision to bear. Error: kInvalidArgument for another kind or version, and for what does not
// decode.
absl::StatusOr<autoscaler::Hpa> ReadManifest(const nlohmann::json& object);

}  // namespace kubegauge::server::replay
