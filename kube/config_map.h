#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "kube/encoded_object.h"
#include "kube/object_meta.h"

namespace kubegauge::kube {

// A ConfigMap without its binaryData.
struct ConfigMap {
  ObjectMetaRef meta;
  std::map<std::string, std::string, std::less<>> data;
};

// Error: kInvalidArgument.
absl::StatusOr<std::shared_ptr<const ConfigMap>> DecodeConfigMap(const EncodedObject& object);

}  // namespace kubegauge::kube
