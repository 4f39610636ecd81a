#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// The contents of a file of at most `max_bytes`. NotFound when there is none, PermissionDenied when
// it may not be read, ResourceExhausted when it is larger, FailedPrecondition for whatever else is
// in the way; each names the path and why. Blocks.
absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path, size_t max_bytes);

}  // namespace kubegauge::kube
