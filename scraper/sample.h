#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kubegauge::scraper {

// The counters of a node or a container at one instant.
struct UsagePoint {
  int64_t start_time_ns = 0;  // when the container started, since the Unix epoch; 0 when unknown
  int64_t timestamp_ns = 0;   // when the counters were read, since the Unix epoch
  uint64_t cpu_ns = 0;        // CPU time used since the start
  uint64_t working_set_bytes = 0;
};

struct NodeLayout;

struct ContainerSample {
  std::string_view name;
  // Which container it is: all points of one have the same, those of another under its name have
  // another. 0 where the source cannot tell, and start times have to (wire.md C.6).
  uint32_t identity = 0;
  // Empty when the container exists but could not be read this time: it is left out, and its
  // earlier points wait for its next one.
  std::optional<UsagePoint> point;
  // The source named figures that cannot be, such as a negative one, and there is no point: the
  // last one is served for some more samples.
  bool is_damaged = false;
  // The CPU rate that the node's kubelet computed itself. Over which time it does not say: that
  // between the last two of its readings, 10 to 30 s. Empty when unknown.
  std::optional<uint64_t> instantaneous_nanocores;
};

struct PodSample {
  std::string_view namespace_name;
  std::string_view name;
  uint32_t first_container = 0;  // into Sample::containers
  uint32_t container_count = 0;
};

// What a node said of itself and its pods at one instant. Pods are sorted by namespace, then name,
// and the containers of each by name; neither repeats. The names are views into memory of the
// source that made the sample.
struct Sample {
  std::optional<UsagePoint> node;  // empty when the node's own counters could not be read
  bool node_is_damaged = false;    // as a container
  std::optional<uint64_t> node_instantaneous_nanocores;  // as that of a container
  std::vector<PodSample> pods;
  std::vector<ContainerSample> containers;
  // The layout of an earlier sample that has just these pods and containers, where that is known.
  // It must be known to live still.
  const NodeLayout* layout = nullptr;
  // What is damaged, for the log: the first of it. Empty when nothing is.
  std::string damage;

  std::span<const ContainerSample> ContainersOf(const PodSample& pod) const {
    return std::span(containers).subspan(pod.first_container, pod.container_count);
  }
  // Forgets the contents and keeps the memory.
  void Clear();
};

}  // namespace kubegauge::scraper
