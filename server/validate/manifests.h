#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/go_json_reader.h"

namespace kubegauge::server {

struct Manifest {
  autoscaler::Json json;
  // Keys that come twice, in YAML; of all objects in a document they are with the first.
  std::vector<std::string> repeats;
};

// The documents of a text, YAML or JSON; empty ones left out. InvalidArgument that says where the
// text is wrong.
absl::StatusOr<std::vector<Manifest>> ReadManifests(const std::string& text);

}  // namespace kubegauge::server
