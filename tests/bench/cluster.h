#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scraper/store.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::bench {

// A cluster as the peers were measured with: nodes of 30 pods of 2 containers, 100 namespaces,
// sampled twice and so ready to be served.
class Cluster {
 public:
  static constexpr int kPodsPerNode = 30;
  static constexpr int64_t kResolutionNs = 15'000'000'000;

  Cluster(int nodes, int labels_per_pod)
      : store_(scraper::StoreOptions::ForResolution(kResolutionNs), clock_) {
    MakeCatalog(nodes, labels_per_pod);
    for (int tick = 0; tick < 2; ++tick) {
      for (int node = 0; node < nodes; ++node) SampleNode(node, tick);
    }
  }

  std::shared_ptr<const scraper::Snapshot> Snapshot() { return store_.MakeSnapshot(); }

  // One sample of one node, as `tick` follows `tick`.
  void SampleNode(int node, int tick) {
    clock_.Advance(1);
    store_.Apply(NodeName(node), MakeSample(node, tick));
  }

 private:
  static std::string NodeName(int node) { return fmt::format("node-{:05}", node); }

  void MakeCatalog(int nodes, int labels_per_pod) {
    static constexpr kube::Label kLabels[] = {
        {"app", "checkout"},
        {"pod-template-hash", "65847cf6ff"},
        {"app.kubernetes.io/name", "checkout"},
        {"app.kubernetes.io/instance", "checkout-prod"},
        {"app.kubernetes.io/managed-by", "Helm"},
        {"team", "payments"},
    };
    std::vector<kube::ObjectMetaRef> node_metas;
    std::vector<kube::ObjectMetaRef> pod_metas;
    for (int node = 0; node < nodes; ++node) {
      const std::string name = NodeName(node);
      const kube::Label labels[] = {{"kubernetes.io/hostname", name},
                                    {"kubernetes.io/os", "linux"}};
      node_metas.push_back(kube::ObjectMeta::Create("", name, labels));
      names_.emplace_back();
      for (int pod = 0; pod < kPodsPerNode; ++pod) {
        names_.back().push_back({fmt::format("ns-{:03}", (node + pod) % 100),
                                 fmt::format("app-{:02}-{:05}-{:03}", pod % 100, node, pod)});
      }
      std::sort(names_.back().begin(), names_.back().end());
      for (const auto& [space, pod] : names_.back()) {
        pod_metas.push_back(kube::ObjectMeta::Create(
            space, pod, std::span(kLabels).first(static_cast<size_t>(labels_per_pod))));
      }
    }
    store_.SetCatalog(
        std::make_shared<const scraper::Catalog>(std::move(node_metas), std::move(pod_metas)));
  }

  scraper::Sample MakeSample(int node, int tick) {
    const int64_t now_ns = clock_.WallNs() + tick * kResolutionNs;
    const auto point = [&](uint64_t seed) {
      return scraper::UsagePoint{.start_time_ns = 1'600'000'000'000'000'000,
                                 .timestamp_ns = now_ns,
                                 .cpu_ns = seed * 1'234'567 * static_cast<uint64_t>(tick + 1),
                                 .working_set_bytes = (seed % 4096) << 16};
    };
    scraper::Sample sample;
    sample.node = point(1'000'000 + static_cast<uint64_t>(node));
    uint64_t seed = static_cast<uint64_t>(node) * 1000;
    for (const auto& [space, pod] : names_[static_cast<size_t>(node)]) {
      sample.pods.push_back({.namespace_name = space,
                             .name = pod,
                             .first_container = static_cast<uint32_t>(sample.containers.size()),
                             .container_count = 2});
      sample.containers.push_back({.name = "app", .point = point(++seed)});
      sample.containers.push_back({.name = "sidecar", .point = point(++seed)});
    }
    return sample;
  }

  testing::ManualClock clock_;
  std::vector<std::vector<std::pair<std::string, std::string>>> names_;  // by node
  scraper::Store store_;
};

}  // namespace kubegauge::bench
