#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace kubegauge::kube {

// What client-go refuses to put into a path, before any request: `.`, `..`, and what holds `/` or
// `%`. InvalidArgument with its text, `invalid <what> "a/b": [may not contain '/']`; `what` is
// "resource name" or "namespace".
absl::Status CheckPathSegment(std::string_view what, std::string_view segment);

// `segment` percent-encoded for a path.
std::string EncodePathSegment(std::string_view segment);

}  // namespace kubegauge::kube
