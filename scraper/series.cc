#include "scraper/series.h"

#include <fmt/format.h>

#include "kube/time_units.h"

namespace kubegauge::scraper {
namespace {

constexpr int64_t kFreshContainerMinAgeNs = 10'000'000'000;
constexpr double kMaxNanocores = 0x1p63;
// Beyond what a start loses where it is told in whole seconds.
constexpr int64_t kStartOfAnotherNs = kube::kNsPerSecond;
static_assert(sizeof(Series) == 64);

void TakePrevious(const UsagePoint& point, Series& series) {
  series.previous_timestamp_ns = point.timestamp_ns;
  series.previous_start_time_ns = point.start_time_ns;
  series.previous_cpu_ns = point.cpu_ns;
}

// A point that repeats the last one's time, or precedes it, is paired with the earlier point as
// long as that one is older still: a kubelet may answer twice from the same cached reading.
void PairWithHistory(const Series& old, Series& series) {
  if (series.last.timestamp_ns > old.last.timestamp_ns) {
    TakePrevious(old.last, series);
  } else if (old.has_previous() && old.previous_timestamp_ns < series.last.timestamp_ns) {
    series.previous_timestamp_ns = old.previous_timestamp_ns;
    series.previous_start_time_ns = old.previous_start_time_ns;
    series.previous_cpu_ns = old.previous_cpu_ns;
  }
}

// As Go's Duration.Seconds() adds it up; another order of operations rounds differently.
double GoSeconds(int64_t ns) {
  return static_cast<double>(ns / kube::kNsPerSecond) +
         static_cast<double>(ns % kube::kNsPerSecond) / 1e9;
}

// Whether it is another that started sooner. The same one's start is told less exactly, or not at
// all, after a node was asked at another endpoint or its agent began anew.
bool StartedBefore(int64_t start_ns, int64_t previous_start_ns) {
  return start_ns > 0 && start_ns < previous_start_ns &&
         previous_start_ns - start_ns >= kStartOfAnotherNs;
}

bool IsFresh(const UsagePoint& point, int64_t resolution_ns) {
  if (point.start_time_ns <= 0 || point.start_time_ns >= point.timestamp_ns) return false;
  const int64_t age_ns = point.timestamp_ns - point.start_time_ns;
  return age_ns >= kFreshContainerMinAgeNs && age_ns < resolution_ns;
}

}  // namespace

Series AdvanceNode(const Series* old, const UsagePoint& point) {
  Series series{.last = point};
  if (old != nullptr) PairWithHistory(*old, series);
  return series;
}

Series AdvanceContainer(const Series* old, const UsagePoint& point, int64_t resolution_ns,
                        uint32_t identity) {
  const bool is_known = identity != 0 && old != nullptr && old->identity == identity;
  Series series{.last = point, .identity = identity};
  if (!is_known && IsFresh(point, resolution_ns)) {
    series.previous_timestamp_ns = point.start_time_ns;
    series.previous_start_time_ns = point.start_time_ns;
    series.previous_cpu_ns = 0;
  } else if (identity != 0 ? is_known
                           : old != nullptr && point.start_time_ns < old->last.timestamp_ns) {
    PairWithHistory(*old, series);
  }
  return series;
}

absl::StatusOr<Usage> ComputeUsage(const Series& series) {
  const UsagePoint& last = series.last;
  if (!series.has_previous()) return absl::NotFoundError("only one point so far");
  if (StartedBefore(last.start_time_ns, series.previous_start_time_ns)) {
    return absl::DataLossError(fmt::format("start time went backwards from {} to {} ns",
                                           series.previous_start_time_ns, last.start_time_ns));
  }
  if (last.cpu_ns < series.previous_cpu_ns) {
    return absl::DataLossError(fmt::format("CPU counter went backwards from {} to {} ns",
                                           series.previous_cpu_ns, last.cpu_ns));
  }
  int64_t window_ns = 0;
  if (__builtin_sub_overflow(last.timestamp_ns, series.previous_timestamp_ns, &window_ns)) {
    return absl::DataLossError(fmt::format("time jumped from {} to {} ns",
                                           series.previous_timestamp_ns, last.timestamp_ns));
  }
  const double nanocores =
      static_cast<double>(last.cpu_ns - series.previous_cpu_ns) / GoSeconds(window_ns);
  if (!(nanocores < kMaxNanocores)) {
    return absl::DataLossError(fmt::format("CPU counter jumped from {} to {} ns within {} ns",
                                           series.previous_cpu_ns, last.cpu_ns, window_ns));
  }
  return Usage{.cpu_nanocores = static_cast<uint64_t>(nanocores),
               .working_set_bytes = last.working_set_bytes,
               .timestamp_ns = last.timestamp_ns,
               .window_ns = window_ns};
}

}  // namespace kubegauge::scraper
