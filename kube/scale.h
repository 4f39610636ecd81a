#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "kube/group_version.h"

namespace kubegauge::kube {

// A scale subresource, of whatever version it was read in (hpa.md 13).
struct Scale {
  std::string name;
  std::string namespace_name;
  std::string resource_version;
  int32_t spec_replicas = 0;
  int32_t status_replicas = 0;
  std::string selector;  // the text of NormalizeSelector
  // The member `metadata` as it was read, a JSON object: it goes back unchanged.
  std::string metadata_json;
};

// Reads a Scale of autoscaling/v1, extensions/v1beta1, apps/v1beta1 or apps/v1beta2. The selector
// is normalised; in the old versions `targetSelector` wins over the map `selector`. Errors are
// kInvalidArgument with the text that client-go's scale client has.
absl::StatusOr<Scale> DecodeScale(std::string json);

// The JSON of `scale` in `version`, one of those. As in Go, replicas of 0 are left out of `spec`.
// InvalidArgument for another version.
absl::StatusOr<std::string> EncodeScale(const Scale& scale, const GroupVersion& version);

}  // namespace kubegauge::kube
