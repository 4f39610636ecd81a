#include "server/standalone/human_duration.h"

#include <fmt/format.h>

#include "kube/time_units.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kMinute = 60;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kYear = 365 * kDay;

// "3h", or "3h12m" when there is a rest.
std::string TwoUnits(int64_t seconds, int64_t large, char large_name, int64_t small,
                     char small_name) {
  const int64_t rest = seconds % large / small;
  return rest == 0 ? fmt::format("{}{}", seconds / large, large_name)
                   : fmt::format("{}{}{}{}", seconds / large, large_name, rest, small_name);
}

}  // namespace

std::string HumanDuration(int64_t seconds) {
  // A clock that is a second behind is not worth a word.
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 2 * kMinute) return fmt::format("{}s", seconds);
  if (seconds < 10 * kMinute) return TwoUnits(seconds, kMinute, 'm', 1, 's');
  if (seconds < 3 * kHour) return fmt::format("{}m", seconds / kMinute);
  if (seconds < 8 * kHour) return TwoUnits(seconds, kHour, 'h', kMinute, 'm');
  if (seconds < 2 * kDay) return fmt::format("{}h", seconds / kHour);
  if (seconds < 8 * kDay) return TwoUnits(seconds, kDay, 'd', kHour, 'h');
  if (seconds < 2 * kYear) return fmt::format("{}d", seconds / kDay);
  if (seconds < 8 * kYear) return TwoUnits(seconds, kYear, 'y', kDay, 'd');
  return fmt::format("{}y", seconds / kYear);
}

std::string AgeCell(int64_t creation_ns, int64_t now_ns) {
  if (creation_ns == 0) return "<unknown>";
  return HumanDuration((now_ns - creation_ns) / kube::kNsPerSecond);
}

}  // namespace kubegauge::server
