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

// Whether a manifest says that it is an object of another kind and API group than HPAs, as those
// that are in a file beside one. What says too little, or one of both, is none.
bool IsOfAnotherKind(const autoscaler::Json& manifest);

}  // namespace kubegauge::server
