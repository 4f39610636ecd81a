#include "scraper/pod_prefetch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "scraper/pod_placer.h"
#include "tests/scraper/snapshot_builder.h"

namespace kubegauge::scraper {
namespace {

// Pods with several containers, with one, and with no points.
std::shared_ptr<const Snapshot> SnapshotOfMixedPods(size_t pods) {
  std::vector<testing::PodUsageLiteral> literals;
  for (size_t i = 0; i < pods; ++i) {
    testing::PodUsageLiteral& pod = literals.emplace_back();
    pod.namespace_name = i < pods / 2 ? "bank" : "shop";
    pod.name = fmt::format("pod-{:03}", i);
    for (size_t container = 0; container < i % 3; ++container) {
      pod.containers.push_back({fmt::format("c{}", container),
                                {.cpu_nanocores = 1000 * i, .timestamp_ns = 1'000'000'000}});
    }
  }
  return testing::MakeSnapshot({{.name = "n1", .labels = {}, .usage = {}}}, literals);
}

// Only what lies behind pointers can go wrong, which the sanitizers tell: the last pods of a range
// have none to ask for, some pods have no points, and behind the last container is no other.
TEST(PrefetchPods, LooksAtNothingThatIsNotThere) {
  for (const size_t pods : {size_t{0}, size_t{1}, size_t{16}, size_t{17}, size_t{18}, size_t{64}}) {
    const auto snapshot = SnapshotOfMixedPods(pods);
    ASSERT_EQ(snapshot->catalog().pods().size(), pods);
    for (size_t end = 0; end <= pods; ++end) {
      for (size_t next = 0; next < end; ++next) PrefetchPods(*snapshot, next, end);
    }
  }
}

TEST(PrefetchPods, AsksForPodsOfNodesWithoutPoints) {
  const std::vector<kube::Label> no_labels;
  std::vector<kube::ObjectMetaRef> pods;
  for (int i = 0; i < 40; ++i) {
    pods.push_back(kube::ObjectMeta::Create("shop", fmt::format("pod-{:03}", i), no_labels));
  }
  const std::vector<kube::ObjectMetaRef> nodes = {kube::ObjectMeta::Create("", "n1", no_labels)};
  const auto catalog = std::make_shared<const Catalog>(nodes, pods);
  Snapshot::Points points(1);
  auto places = PlacePods(*catalog, points);
  const Snapshot snapshot(catalog, std::move(points), std::move(places));
  PodUsage usage;
  for (size_t next = 0; next < pods.size(); ++next) {
    PrefetchPods(snapshot, next, pods.size());
    EXPECT_FALSE(snapshot.GetPodUsage(next, usage));
  }
}

}  // namespace
}  // namespace kubegauge::scraper
