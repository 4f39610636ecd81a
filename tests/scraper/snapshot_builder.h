#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scraper/pod_placer.h"
#include "scraper/snapshot.h"

namespace kubegauge::testing {

// Usage as it shall be served; the two points that give it are made up.
struct UsageLiteral {
  uint64_t cpu_nanocores = 0;
  uint64_t working_set_bytes = 0;
  int64_t timestamp_ns = 0;
  int64_t window_ns = 15'000'000'000;
};

struct NodeUsageLiteral {
  std::string name;
  std::vector<kube::Label> labels;
  UsageLiteral usage;
};

struct PodUsageLiteral {
  std::string namespace_name;
  std::string name;
  std::vector<kube::Label> labels;
  std::vector<std::pair<std::string, UsageLiteral>> containers;  // none: the pod has no metrics
};

inline scraper::Series SeriesOf(const UsageLiteral& usage) {
  constexpr uint64_t kBefore = 1'000'000'000;
  // Rounded up, so that truncation gives the wanted rate again.
  const auto delta = static_cast<uint64_t>((static_cast<unsigned __int128>(usage.cpu_nanocores) *
                                                static_cast<uint64_t>(usage.window_ns) +
                                            999'999'999) /
                                           1'000'000'000);
  return {.last = {.start_time_ns = 1,
                   .timestamp_ns = usage.timestamp_ns,
                   .cpu_ns = kBefore + delta,
                   .working_set_bytes = usage.working_set_bytes},
          .previous_timestamp_ns = usage.timestamp_ns - usage.window_ns,
          .previous_start_time_ns = 1,
          .previous_cpu_ns = kBefore};
}

// A snapshot that serves just this; all pods are on the first node.
inline std::shared_ptr<const scraper::Snapshot> MakeSnapshot(
    const std::vector<NodeUsageLiteral>& nodes, const std::vector<PodUsageLiteral>& pods) {
  std::vector<kube::ObjectMetaRef> node_metas;
  for (const NodeUsageLiteral& node : nodes) {
    node_metas.push_back(kube::ObjectMeta::Create("", node.name, node.labels));
  }
  std::vector<kube::ObjectMetaRef> pod_metas;
  auto layout = std::make_shared<scraper::NodeLayout>();
  std::vector<scraper::Series> containers;
  std::map<std::pair<std::string, std::string>, const PodUsageLiteral*> sorted;
  for (const PodUsageLiteral& pod : pods) sorted[{pod.namespace_name, pod.name}] = &pod;
  for (const auto& [place, pod] : sorted) {
    pod_metas.push_back(kube::ObjectMeta::Create(pod->namespace_name, pod->name, pod->labels));
    if (pod->containers.empty()) continue;
    layout->pods.push_back({.meta = pod_metas.back(),
                            .first_container = static_cast<uint32_t>(containers.size()),
                            .container_count = static_cast<uint32_t>(pod->containers.size())});
    for (const auto& [name, usage] : pod->containers) {
      layout->containers.push_back({.name_offset = static_cast<uint32_t>(layout->names.size()),
                                    .name_size = static_cast<uint32_t>(name.size())});
      layout->names.append(name);
      containers.push_back(SeriesOf(usage));
    }
  }
  auto catalog = std::make_shared<const scraper::Catalog>(node_metas, pod_metas);
  scraper::Snapshot::Points points;
  for (const kube::ObjectMetaRef& meta : catalog->nodes()) {
    auto node = std::make_shared<scraper::NodePoints>();
    for (const NodeUsageLiteral& literal : nodes) {
      if (literal.name == meta->name() && literal.usage.timestamp_ns != 0) {
        node->node = SeriesOf(literal.usage);
      }
    }
    node->layout = points.empty() ? layout : std::make_shared<scraper::NodeLayout>();
    if (points.empty()) node->containers = containers;
    points.push_back(std::move(node));
  }
  auto places = scraper::PlacePods(*catalog, points);
  return std::make_shared<const scraper::Snapshot>(catalog, std::move(points), std::move(places));
}

}  // namespace kubegauge::testing
