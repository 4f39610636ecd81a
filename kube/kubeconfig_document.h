#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// The document of a YAML or JSON text as JSON. Of YAML, plain true, false and null keep their
// types; every other scalar is a string. InvalidArgument with line and column, never with text of
// the document, which may be secret.
absl::StatusOr<nlohmann::json> ParseYamlOrJson(std::string_view text);

}  // namespace kubegauge::kube
