#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "cgroup/usage.h"

namespace kubegauge::cgroup {

// Reads a pressure file: `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`, and `full …` alike.
absl::StatusOr<Pressure> ParsePressure(std::string_view text);

}  // namespace kubegauge::cgroup
