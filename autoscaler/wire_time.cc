#include "autoscaler/wire_time.h"

#include <algorithm>
#include <limits>

#include "kube/go_duration.h"
#include "kube/rfc3339.h"
#include "kube/time_units.h"

namespace kubegauge::autoscaler {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max() / 2;

}  // namespace

int64_t InstantOf(int64_t unix_seconds) {
  return unix_seconds <= 0 ? 0 : DurationOfSeconds(unix_seconds);
}

absl::StatusOr<int64_t> ParseInstant(std::string_view text) {
  const absl::StatusOr<int64_t> seconds = kube::ParseRfc3339Seconds(text);
  if (!seconds.ok()) return seconds.status();
  return InstantOf(*seconds);
}

int64_t DurationOf(int64_t duration_ns) { return std::clamp(duration_ns, -kMost, kMost); }

int64_t DurationOfSeconds(int64_t seconds) {
  constexpr int64_t kMostSeconds = kMost / kube::kNsPerSecond;
  if (seconds > kMostSeconds) return kMost;
  if (seconds < -kMostSeconds) return -kMost;
  return seconds * kube::kNsPerSecond;
}

absl::StatusOr<int64_t> ParseDuration(std::string_view text) {
  const absl::StatusOr<int64_t> duration = kube::ParseGoDuration(text);
  if (!duration.ok()) return duration.status();
  return DurationOf(*duration);
}

}  // namespace kubegauge::autoscaler
