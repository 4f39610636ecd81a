#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "autoscaler/pod_fields.h"

namespace kubegauge::autoscaler {

// Reads a message k8s.io.api.core.v1.Pod, without envelope. Error: kInvalidArgument.
absl::Status ReadProtobufPod(std::string_view bytes, PodFields& fields);

}  // namespace kubegauge::autoscaler
