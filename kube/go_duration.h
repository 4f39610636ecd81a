#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// Bytes that WriteGoDuration needs at most: "-2562047h47m16.854775808s".
inline constexpr size_t kMaxGoDurationText = 25;

// Writes what Go's time.Duration.String() gives ("15.062s", "1m0s", "1.5µs" with U+00B5) at `out`
// and returns the end; no terminating zero, no allocation.
char* WriteGoDuration(int64_t duration_ns, char* out);

std::string FormatGoDuration(int64_t duration_ns);

// Go's time.ParseDuration: a sign, then numbers with units ns, us (µs, μs), ms, s, m, h. What does
// not parse, or does not fit int64 nanoseconds, is InvalidArgument with exactly Go's text.
absl::StatusOr<int64_t> ParseGoDuration(std::string_view text);

}  // namespace kubegauge::kube
