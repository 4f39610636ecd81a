#pragma once

#include <nlohmann/json_fwd.hpp>

#include "absl/status/status.h"
#include "autoscaler/pod_fields.h"

namespace kubegauge::autoscaler {

// Reads a Pod; what is of a wrong type is as good as absent. Views into `pod`. Error
// kInvalidArgument for a time that is none.
absl::Status ReadJsonPod(const nlohmann::json& pod, PodFields& fields);

}  // namespace kubegauge::autoscaler
