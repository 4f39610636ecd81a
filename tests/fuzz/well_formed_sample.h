#pragma once

#include <tuple>

#include "scraper/sample.h"
#include "tests/fuzz/require.h"

namespace kubegauge::testing {

// What every decoder promises of a sample, whatever it was made from: names in order, no pod
// without containers, no container without figures but those that are damaged.
inline void RequireWellFormed(const scraper::Sample& sample) {
  const auto has_figures = [](const std::optional<scraper::UsagePoint>& point) {
    return point && point->cpu_ns != 0 && point->working_set_bytes != 0;
  };
  Require(!sample.node || (has_figures(sample.node) && !sample.node_is_damaged));
  const scraper::PodSample* last_pod = nullptr;
  uint32_t next_container = 0;
  for (const scraper::PodSample& pod : sample.pods) {
    const auto key = [](const scraper::PodSample& of) {
      return std::tie(of.namespace_name, of.name);
    };
    Require(last_pod == nullptr || key(*last_pod) < key(pod));
    last_pod = &pod;
    Require(pod.first_container == next_container && pod.container_count > 0);
    next_container += pod.container_count;
    const scraper::ContainerSample* last = nullptr;
    for (const scraper::ContainerSample& container : sample.ContainersOf(pod)) {
      Require(last == nullptr || last->name < container.name);
      Require(container.is_damaged != has_figures(container.point));
      Require(!container.is_damaged || !sample.damage.empty());
      last = &container;
    }
  }
  Require(next_container == sample.containers.size());
}

}  // namespace kubegauge::testing
