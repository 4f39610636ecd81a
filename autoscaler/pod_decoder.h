#pragma once

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"
#include "autoscaler/pod.h"
#include "autoscaler/pod_shapes.h"
#include "kube/encoded_object.h"

namespace kubegauge::autoscaler {

// A core/v1 Pod as the decision sees it, its shape shared through `shapes`. Error:
// kInvalidArgument.
absl::StatusOr<PodPtr> DecodePod(const kube::EncodedObject& object, PodShapes& shapes);
absl::StatusOr<PodPtr> DecodeJsonPod(const nlohmann::json& object, PodShapes& shapes);

}  // namespace kubegauge::autoscaler
