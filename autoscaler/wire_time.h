#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::autoscaler {

// Times of the Kubernetes API as a decision computes with them: nanoseconds, those of an instant
// since the Unix epoch. Both are held within half the range of their type, so that an instant and a
// duration can be added: up to the year 2116, and 146 years.

// The instant of a metav1.Time. What lies before the epoch, as Go's zero time does, is the epoch.
int64_t InstantOf(int64_t unix_seconds);

// The same from RFC 3339; a fraction of a second is cut off. Error: kInvalidArgument.
absl::StatusOr<int64_t> ParseInstant(std::string_view text);

int64_t DurationOf(int64_t duration_ns);
int64_t DurationOfSeconds(int64_t seconds);

// A metav1.Duration, `1m30s`. Error: kInvalidArgument with Go's text.
absl::StatusOr<int64_t> ParseDuration(std::string_view text);

}  // namespace kubegauge::autoscaler
