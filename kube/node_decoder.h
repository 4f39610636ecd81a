#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "kube/encoded_object.h"
#include "kube/node_info.h"

namespace kubegauge::kube {

// What is kept of a Node (wire.md C.1). Error: kInvalidArgument.
absl::StatusOr<std::shared_ptr<const NodeInfo>> DecodeNode(const EncodedObject& object);

}  // namespace kubegauge::kube
