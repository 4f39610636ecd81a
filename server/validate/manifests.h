#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/go_json_reader.h"

namespace kubegauge::server {

// The documents of a text, YAML or JSON; empty ones left out. InvalidArgument that says where the
// text is wrong.
absl::StatusOr<std::vector<autoscaler::Json>> ReadManifests(const std::string& text);

}  // namespace kubegauge::server
