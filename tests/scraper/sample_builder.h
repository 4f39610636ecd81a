#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "scraper/sample.h"

namespace kubegauge::testing {

// A sample written as a literal. The names must outlive it.
struct ContainerLiteral {
  std::string_view name;
  std::optional<scraper::UsagePoint> point;
};
struct PodLiteral {
  std::string_view namespace_name;
  std::string_view name;
  std::vector<ContainerLiteral> containers;
};

inline scraper::Sample MakeSample(std::optional<scraper::UsagePoint> node,
                                  const std::vector<PodLiteral>& pods) {
  scraper::Sample sample;
  sample.node = node;
  for (const PodLiteral& pod : pods) {
    sample.pods.push_back({.namespace_name = pod.namespace_name,
                           .name = pod.name,
                           .first_container = static_cast<uint32_t>(sample.containers.size()),
                           .container_count = static_cast<uint32_t>(pod.containers.size())});
    for (const ContainerLiteral& container : pod.containers) {
      sample.containers.push_back({.name = container.name, .point = container.point});
    }
  }
  return sample;
}

// A point of an old container: seconds since the epoch, CPU in milliseconds, memory in MiB.
inline scraper::UsagePoint Point(int64_t at_s, uint64_t cpu_ms, uint64_t memory_mib = 1) {
  return {.start_time_ns = 1'000'000'000,
          .timestamp_ns = at_s * 1'000'000'000,
          .cpu_ns = cpu_ms * 1'000'000,
          .working_set_bytes = memory_mib << 20};
}

}  // namespace kubegauge::testing
