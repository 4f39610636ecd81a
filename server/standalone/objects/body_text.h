#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "server/standalone/core_objects.h"

namespace kubegauge::server {

// Request bodies as JSON. What is nested deeper than kMaxBodyDepth is refused, as whoever walks it
// recurses. InvalidArgument with what is wrong.
inline constexpr int kMaxBodyDepth = 256;

absl::StatusOr<Json> ParseJsonBody(std::string_view text);
// YAML of one document, aliases refused; plain scalars are read as YAML 1.1 of Go's library reads
// them: null, booleans, integers, floats, else text.
absl::StatusOr<Json> ParseYamlBody(std::string_view text);

}  // namespace kubegauge::server
