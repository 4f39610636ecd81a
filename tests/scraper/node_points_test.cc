#include "scraper/node_points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/scraper/sample_builder.h"

namespace kubegauge::scraper {
namespace {

using ::kubegauge::testing::MakeSample;
using ::kubegauge::testing::PodLiteral;
using ::kubegauge::testing::Point;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kResolutionNs = 15'000'000'000;

// A node that is sampled again and again.
class Node {
 public:
  void Apply(const std::vector<PodLiteral>& pods, const kube::ObjectMetaRef& listed = nullptr) {
    const auto find_meta = [&](std::string_view namespace_name, std::string_view name) {
      const bool found = listed != nullptr && ComparePlaces(*listed, namespace_name, name) == 0;
      return found ? listed : nullptr;
    };
    points_ = Advance(points_.get(), MakeSample(std::nullopt, pods), kResolutionNs, find_meta);
  }

  // "ns/pod container=nanocores ..." of each pod that is served.
  std::vector<std::string> Served() const {
    std::vector<std::string> served;
    PodUsage usage;
    for (uint32_t i = 0; i < points_->layout->pods.size(); ++i) {
      if (!ComputePodUsage(*points_, i, usage)) continue;
      const kube::ObjectMeta& meta = *points_->layout->pods[i].meta;
      std::string line = std::string(meta.namespace_name()) + "/" + std::string(meta.name());
      for (const ContainerUsage& container : usage.containers) {
        line += " " + std::string(container.name) + "=" +
                std::to_string(container.usage.cpu_nanocores / 1'000'000) + "m";
      }
      served.push_back(line);
    }
    return served;
  }

  const NodePoints& points() const { return *points_; }

 private:
  std::shared_ptr<const NodePoints> points_;
};

TEST(NodePoints, SaysWhetherAllNamesArePlain) {
  const auto has_plain_names = [](const PodLiteral& pod) {
    Node node;
    node.Apply({{"d", "p", {{"a", Point(100, 0)}}}, pod});
    return node.points().layout->has_plain_names;
  };
  EXPECT_TRUE(has_plain_names({"kube-system", "web-0.A", {{"istio-proxy", Point(100, 0)}}}));
  EXPECT_FALSE(has_plain_names({"kube_system", "web", {{"app", Point(100, 0)}}}));
  EXPECT_FALSE(has_plain_names({"d", "web@1", {{"app", Point(100, 0)}}}));
  EXPECT_FALSE(has_plain_names({"d", "web", {{"a\"b", Point(100, 0)}}}));
}

TEST(NodePoints, ServesAPodOnceAllItsContainersHaveTwoPoints) {
  Node node;
  node.Apply({{"d", "p", {{"a", Point(100, 0)}}}});
  EXPECT_THAT(node.Served(), IsEmpty());
  node.Apply({{"d", "p", {{"a", Point(110, 1000)}, {"b", Point(110, 0)}}}});
  EXPECT_THAT(node.Served(), IsEmpty()) << "b has one point only";
  node.Apply({{"d", "p", {{"a", Point(120, 2000)}, {"b", Point(120, 5000)}}}});
  EXPECT_THAT(node.Served(), ElementsAre("d/p a=100m b=500m"));
}

TEST(NodePoints, SharesTheLayoutWhileThePodsStayTheSame) {
  Node node;
  node.Apply({{"d", "p", {{"a", Point(100, 0)}}}, {"d", "q", {{"a", Point(100, 0)}}}});
  const auto layout = node.points().layout;
  node.Apply({{"d", "p", {{"a", Point(110, 0)}}}, {"d", "q", {{"a", Point(110, 0)}}}});
  EXPECT_EQ(node.points().layout, layout);
  node.Apply({{"d", "q", {{"a", Point(120, 1000)}}}});
  EXPECT_NE(node.points().layout, layout);
  EXPECT_THAT(node.Served(), ElementsAre("d/q a=100m")) << "q keeps its history";
}

TEST(NodePoints, SharesTheRecordOfAPodThatIsListedAfterItWasScraped) {
  Node node;
  const auto pods_at = [](int64_t at_s, uint64_t cpu_ms) -> std::vector<PodLiteral> {
    return {{"d", "p", {{"a", Point(at_s, cpu_ms)}}}, {"d", "q", {{"a", Point(at_s, cpu_ms)}}}};
  };
  const auto listed = kube::ObjectMeta::Create("d", "p");
  node.Apply(pods_at(100, 0));
  node.Apply(pods_at(110, 1000), listed);
  const auto layout = node.points().layout;
  EXPECT_EQ(layout->pods[0].meta, listed);
  EXPECT_THAT(node.Served(), ElementsAre("d/p a=100m", "d/q a=100m")) << "history goes on";
  node.Apply(pods_at(120, 2000), listed);
  EXPECT_EQ(node.points().layout, layout) << "q, which is not listed, costs no new layout";
}

TEST(NodePoints, ForgetsAPodThatIsGone) {
  Node node;
  node.Apply({{"d", "p", {{"a", Point(100, 0)}}}});
  node.Apply({});
  node.Apply({{"d", "p", {{"a", Point(120, 1000)}}}});
  EXPECT_THAT(node.Served(), IsEmpty()) << "it came back as a new one";
}

TEST(NodePoints, AddedAndRemovedPodsLeaveTheOthersAlone) {
  Node node;
  node.Apply({{"d", "b", {{"x", Point(100, 0)}}}, {"d", "d", {{"x", Point(100, 0)}}}});
  node.Apply({{"d", "a", {{"x", Point(110, 0)}}},
              {"d", "b", {{"x", Point(110, 1000)}}},
              {"d", "c", {{"x", Point(110, 0)}}},
              {"d", "d", {{"x", Point(110, 2000)}}},
              {"e", "a", {{"x", Point(110, 0)}}}});
  EXPECT_THAT(node.Served(), ElementsAre("d/b x=100m", "d/d x=200m"));
}

// Of which each was looked for from the first on: a kubelet could keep the scraper busy for ever.
TEST(NodePoints, FindsTheContainersOfAPodOfVeryManyInOnePass) {
  constexpr int kContainers = 100'000;
  std::vector<std::string> names;
  for (int i = 0; i < kContainers; ++i) names.push_back("c" + std::to_string(kContainers + i));
  const auto pods_from = [&](size_t first, int64_t at_s, uint64_t cpu_ms) {
    PodLiteral pod{"d", "p", {}};
    for (size_t i = first; i < names.size(); ++i) {
      pod.containers.push_back({names[i], Point(at_s, cpu_ms)});
    }
    return std::vector<PodLiteral>{pod};
  };
  Node node;
  node.Apply(pods_from(0, 100, 0));
  node.Apply(pods_from(1, 110, 1000));
  node.Apply(pods_from(7, 120, 2000));
  PodUsage usage;
  ASSERT_TRUE(ComputePodUsage(node.points(), 0, usage));
  EXPECT_EQ(usage.containers.size(), names.size() - 7);
}

TEST(NodePoints, KeepsTheHistoryOfContainersBesideOthersThatComeAndGo) {
  Node node;
  node.Apply({{"d", "p", {{"b", Point(100, 0)}, {"d", Point(100, 0)}, {"f", Point(100, 0)}}},
              {"d", "q", {{"a", Point(100, 0)}, {"b", Point(100, 0)}}}});
  const std::vector<PodLiteral> later = {
      {"d", "p", {{"a", std::nullopt}, {"d", Point(110, 1000)}, {"f", Point(110, 2000)}}},
      {"d", "pp", {{"b", Point(110, 0)}}},
      {"d", "q", {{"b", Point(110, 3000)}, {"c", std::nullopt}}}};
  node.Apply(later);
  EXPECT_THAT(node.Served(), ElementsAre("d/p d=100m f=200m", "d/q b=300m"));
}

TEST(NodePoints, LeavesOutAContainerThatCouldNotBeReadAndServesItAgainWithItsOldPoint) {
  Node node;
  node.Apply({{"d", "p", {{"a", Point(100, 0)}, {"b", Point(100, 0)}}}});
  node.Apply({{"d", "p", {{"a", Point(110, 1000)}, {"b", Point(110, 1000)}}}});
  node.Apply({{"d", "p", {{"a", Point(120, 2000)}, {"b", std::nullopt}}}});
  EXPECT_THAT(node.Served(), ElementsAre("d/p a=100m"));
  node.Apply({{"d", "p", {{"a", Point(130, 3000)}, {"b", Point(130, 5000)}}}});
  EXPECT_THAT(node.Served(), ElementsAre("d/p a=100m b=200m")) << "b's window is 20 s";
}

TEST(NodePoints, ContainerThatNeverCouldBeReadDoesNotHideItsPod) {
  Node node;
  node.Apply({{"d", "p", {{"a", Point(100, 0)}, {"b", std::nullopt}}}});
  node.Apply({{"d", "p", {{"a", Point(110, 1000)}, {"b", std::nullopt}}}});
  EXPECT_THAT(node.Served(), ElementsAre("d/p a=100m"));
}

TEST(NodePoints, PodOfOnlyUnreadableContainersIsLeftOut) {
  Node node;
  node.Apply({{"d", "p", {{"a", Point(100, 0)}}}});
  node.Apply({{"d", "p", {{"a", Point(110, 0)}}}});
  node.Apply({{"d", "p", {{"a", std::nullopt}}}});
  EXPECT_THAT(node.Served(), IsEmpty());
}

TEST(NodePoints, DamagedFiguresLeaveTheLastPointsForThreeSamples) {
  constexpr int64_t kSecondNs = 1'000'000'000;
  const Sample first =
      MakeSample(Point(1000, 90'000), {{"ns", "pod", {{"app", Point(1000, 50'000)}}}});
  const Sample second =
      MakeSample(Point(1015, 93'000), {{"ns", "pod", {{"app", Point(1015, 53'000)}}}});
  Sample damaged = MakeSample(std::nullopt, {{"ns", "pod", {{"app", std::nullopt}}}});
  damaged.node_is_damaged = true;
  damaged.containers[0].is_damaged = true;
  const auto advance = [](const NodePoints* old, const Sample& sample) {
    return Advance(old, sample, 15 * kSecondNs,
                   [](std::string_view, std::string_view) { return nullptr; });
  };
  auto points = advance(advance(nullptr, first).get(), second);
  PodUsage usage;
  for (int i = 0; i < 3; ++i) {
    points = advance(points.get(), damaged);
    EXPECT_FALSE(points->node->left_out);
    EXPECT_EQ(ComputeUsage(*points->node)->timestamp_ns, 1015 * kSecondNs);
    ASSERT_TRUE(ComputePodUsage(*points, 0, usage));
    EXPECT_EQ(usage.timestamp_ns, 1015 * kSecondNs);
  }
  const auto stale = advance(points.get(), damaged);
  EXPECT_TRUE(stale->node->left_out);
  EXPECT_FALSE(ComputePodUsage(*stale, 0, usage));

  // The next sound sample goes on from the last one, and counts anew.
  const Sample sound =
      MakeSample(Point(1060, 102'000), {{"ns", "pod", {{"app", Point(1060, 62'000)}}}});
  points = advance(points.get(), sound);
  EXPECT_EQ(ComputeUsage(*points->node)->window_ns, 45 * kSecondNs);
  EXPECT_EQ(points->node->damaged_samples, 0);
  ASSERT_TRUE(ComputePodUsage(*points, 0, usage));
  EXPECT_EQ(usage.window_ns, 45 * kSecondNs);
}

TEST(NodePoints, CounterThatWentBackwardsLeavesOutItsContainerForOneSample) {
  Node node;
  node.Apply({{"d", "p", {{"a", Point(100, 9000)}, {"b", Point(100, 0)}}}});
  node.Apply({{"d", "p", {{"a", Point(110, 1000)}, {"b", Point(110, 1000)}}}});
  EXPECT_THAT(node.Served(), ElementsAre("d/p b=100m"));
  node.Apply({{"d", "p", {{"a", Point(120, 2000)}, {"b", Point(120, 2000)}}}});
  EXPECT_THAT(node.Served(), ElementsAre("d/p a=100m b=100m"));
}

TEST(NodePoints, PodWhoseEveryCounterWentBackwardsIsServedWithoutContainers) {
  Node node;
  node.Apply({{"d", "p", {{"a", Point(100, 9000)}}}});
  node.Apply({{"d", "p", {{"a", Point(110, 1000)}}}});
  PodUsage usage;
  EXPECT_TRUE(ComputePodUsage(node.points(), 0, usage)) << "as upstream does";
  EXPECT_EQ(usage.timestamp_ns, 0);
  EXPECT_THAT(usage.containers, IsEmpty());
}

TEST(NodePoints, PodHasTheEarliestTimestampOfItsContainersAndThatOnesWindow) {
  Node node;
  node.Apply({{"d", "p", {{"a", Point(100, 0)}, {"b", Point(98, 0)}, {"c", Point(99, 0)}}}});
  node.Apply({{"d", "p", {{"a", Point(115, 0)}, {"b", Point(112, 0)}, {"c", Point(114, 0)}}}});
  PodUsage usage;
  ASSERT_TRUE(ComputePodUsage(node.points(), 0, usage));
  EXPECT_EQ(usage.timestamp_ns, 112'000'000'000);
  EXPECT_EQ(usage.window_ns, 14'000'000'000);
}

TEST(NodePoints, SharesTheMetadataRecordThatTheCatalogHas) {
  const auto meta = kube::ObjectMeta::Create("d", "p");
  const auto find = [&](std::string_view, std::string_view) { return meta; };
  const auto points = Advance(
      nullptr, MakeSample(std::nullopt, {{"d", "p", {{"a", Point(100, 0)}}}}), kResolutionNs, find);
  EXPECT_EQ(points->layout->pods[0].meta, meta);
  EXPECT_EQ(points->layout->FindPod("d", "p"), 0u);
  EXPECT_EQ(points->layout->FindPod("d", "q"), std::nullopt);
}

}  // namespace
}  // namespace kubegauge::scraper
