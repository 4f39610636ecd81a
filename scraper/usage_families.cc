#include "scraper/usage_families.h"

#include <fmt/format.h>

#include "scraper/prometheus_number.h"

namespace kubegauge::scraper {
namespace {

constexpr int64_t kNanosecondsPerMillisecond = 1'000'000;
constexpr double kNanosecondsPerSecond = 1e9;
// Of labels, for the log: a line of a text may be as long as the text.
constexpr size_t kMaxShownLabelBytes = 200;

}  // namespace

UsageFamily FindUsageFamily(std::string_view metric) {
  static constexpr struct {
    std::string_view name;
    UsageFamily family;
  } kFamilies[] = {
      {"container_cpu_usage_seconds_total", UsageFamily::kContainerCpu},
      {"container_memory_working_set_bytes", UsageFamily::kContainerMemory},
      {"container_start_time_seconds", UsageFamily::kContainerStart},
      {"node_cpu_usage_seconds_total", UsageFamily::kNodeCpu},
      {"node_memory_working_set_bytes", UsageFamily::kNodeMemory},
  };
  for (const auto& [name, family] : kFamilies) {
    if (metric == name) return family;
  }
  return UsageFamily::kNone;
}

bool SetFigure(UsageFamily family, const PrometheusSample& sample, uint32_t line,
               int64_t default_time_ns, ContainerRow& row) {
  bool is_sound = true;
  switch (family) {
    case UsageFamily::kContainerCpu:
    case UsageFamily::kNodeCpu:
      row.point.cpu_ns = TruncateToUint64(sample.value * kNanosecondsPerSecond);
      row.cpu_line = line;
      is_sound = FitsUint64(sample.value * kNanosecondsPerSecond);
      row.cpu_is_damaged = !is_sound;
      break;
    case UsageFamily::kContainerMemory:
    case UsageFamily::kNodeMemory:
      row.point.working_set_bytes = TruncateToUint64(sample.value);
      row.memory_line = line;
      is_sound = FitsUint64(sample.value);
      row.memory_is_damaged = !is_sound;
      break;
    case UsageFamily::kContainerStart:
      row.point.start_time_ns = TruncateToInt64(sample.value * kNanosecondsPerSecond);
      row.start_line = line;
      return true;
    case UsageFamily::kNone:
      return true;
  }
  row.point.timestamp_ns =
      sample.timestamp_ms ? NanosecondsOfTimestamp(*sample.timestamp_ms) : default_time_ns;
  return is_sound;
}

bool AddFigureOfOneCpu(const PrometheusSample& sample, ContainerRow& row) {
  const double cpu_ns = sample.value * kNanosecondsPerSecond;
  row.per_cpu_ns += TruncateToUint64(cpu_ns);
  row.cpu_is_damaged = row.cpu_is_damaged || !FitsUint64(cpu_ns);
  return FitsUint64(cpu_ns);
}

std::string DescribeDamage(const PrometheusSample& sample) {
  const std::string_view labels = sample.labels;
  return fmt::format("the value of {}{}{} cannot be {}", sample.name,
                     labels.substr(0, kMaxShownLabelBytes),
                     labels.size() > kMaxShownLabelBytes ? "…" : "", sample.value);
}

int64_t TruncateToMilliseconds(int64_t time_ns) {
  return time_ns - time_ns % kNanosecondsPerMillisecond;
}

}  // namespace kubegauge::scraper
