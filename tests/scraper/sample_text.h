#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "absl/status/statusor.h"
#include "scraper/sample.h"

namespace kubegauge::testing {

inline std::string PointText(const scraper::UsagePoint& point) {
  return fmt::format("{} {} {} {}", point.start_time_ns, point.timestamp_ns, point.cpu_ns,
                     point.working_set_bytes);
}

// A line for the node and for each container: names, start and time in nanoseconds, CPU in
// nanoseconds, bytes, and "@" with the instantaneous nanocores if known.
inline std::string SampleText(const scraper::Sample& sample) {
  const auto rate = [](const std::optional<uint64_t>& nanocores) {
    return nanocores ? fmt::format(" @{}", *nanocores) : "";
  };
  std::string text;
  if (sample.node) {
    text += "node " + PointText(*sample.node) + rate(sample.node_instantaneous_nanocores) + "\n";
  }
  for (const auto& pod : sample.pods) {
    const auto containers = sample.ContainersOf(pod);
    if (std::ranges::any_of(containers, &scraper::ContainerSample::is_damaged)) continue;
    for (const auto& container : containers) {
      text += fmt::format("{}/{}/{} {}{}\n", pod.namespace_name, pod.name, container.name,
                          PointText(*container.point), rate(container.instantaneous_nanocores));
    }
  }
  return text;
}

inline std::string SampleText(const absl::StatusOr<const scraper::Sample*>& sample) {
  return sample.ok() ? SampleText(**sample) : "error\n";
}

}  // namespace kubegauge::testing
