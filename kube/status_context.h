#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace kubegauge::kube {

// The same error, its message preceded by where it came up: `<context>: <message>`.
inline absl::Status WithContext(const absl::Status& status, std::string_view context) {
  return absl::Status(status.code(), fmt::format("{}: {}", context, std::string(status.message())));
}

}  // namespace kubegauge::kube
