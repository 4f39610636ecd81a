#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// Times on the wire of the Kubernetes API, all in UTC. An instant is nanoseconds since the Unix
// epoch, so years 1677 to 2262.

// `2026-01-02T03:04:05Z`, metav1.Time.
inline constexpr size_t kRfc3339Size = 20;
// `2026-01-02T03:04:05.000000Z`, metav1.MicroTime.
inline constexpr size_t kRfc3339MicroSize = 27;

// Write exactly that many bytes at `out` and return the end; no terminating zero, no allocation.
// What is finer than the text is cut off, towards the past.
char* WriteRfc3339(int64_t unix_ns, char* out);
char* WriteRfc3339Micro(int64_t unix_ns, char* out);

std::string FormatRfc3339(int64_t unix_ns);
std::string FormatRfc3339Micro(int64_t unix_ns);

// Accepts what Go's time.Parse(time.RFC3339, …) accepts: any offset up to 24:60, any fraction after
// '.' or ',' (digits past the ninth are cut off). InvalidArgument for other text, OutOfRange for an
// instant that int64 nanoseconds cannot hold, such as Go's zero time of year 1.
absl::StatusOr<int64_t> ParseRfc3339(std::string_view text);

// The same in seconds since the epoch, cut off towards the past: years 0000 to 9999, never
// OutOfRange.
absl::StatusOr<int64_t> ParseRfc3339Seconds(std::string_view text);

}  // namespace kubegauge::kube
