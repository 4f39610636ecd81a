#include "scraper/store.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/fakes/manual_clock.h"
#include "tests/scraper/sample_builder.h"

namespace kubegauge::scraper {
namespace {

using ::kubegauge::testing::MakeSample;
using ::kubegauge::testing::ManualClock;
using ::kubegauge::testing::Point;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kResolution = 15 * kSecond;

std::shared_ptr<const Catalog> CatalogOf(
    const std::vector<std::string>& nodes,
    const std::vector<std::pair<std::string, std::string>>& pods) {
  std::vector<kube::ObjectMetaRef> node_metas;
  for (const auto& name : nodes) node_metas.push_back(kube::ObjectMeta::Create("", name));
  std::vector<kube::ObjectMetaRef> pod_metas;
  for (const auto& [space, name] : pods) pod_metas.push_back(kube::ObjectMeta::Create(space, name));
  return std::make_shared<const Catalog>(node_metas, pod_metas);
}

class StoreTest : public ::testing::Test {
 protected:
  // One sample of node `node` with one pod d/`pod`.
  void Scrape(const std::string& node, std::string_view pod, int64_t at_s, uint64_t cpu_ms) {
    store_.Apply(node, MakeSample(Point(at_s, cpu_ms), {{"d", pod, {{"c", Point(at_s, cpu_ms)}}}}));
  }

  bool ServesPod(const Snapshot& snapshot, std::string_view name) {
    const auto pod = snapshot.catalog().FindPod("d", name);
    PodUsage usage;
    return pod && snapshot.GetPodUsage(*pod, usage);
  }

  ManualClock clock_;
  Store store_{StoreOptions::ForResolution(kResolution), clock_};
};

TEST_F(StoreTest, ServesNodesAndPodsAfterTwoSamples) {
  store_.SetCatalog(CatalogOf({"n1", "n2"}, {{"d", "p1"}, {"d", "p2"}, {"d", "unscraped"}}));
  Scrape("n1", "p1", 100, 0);
  Scrape("n2", "p2", 100, 0);
  EXPECT_EQ(store_.MakeSnapshot()->CountServableNodes(), 0u);
  Scrape("n1", "p1", 115, 1500);
  const auto snapshot = store_.MakeSnapshot();
  EXPECT_EQ(snapshot->CountServableNodes(), 1u);
  EXPECT_EQ(snapshot->CountServableContainers(), 1u);
  EXPECT_EQ(snapshot->NodeUsage(0)->cpu_nanocores, 100'000'000u);
  EXPECT_TRUE(ServesPod(*snapshot, "p1"));
  EXPECT_FALSE(ServesPod(*snapshot, "p2"));
  EXPECT_FALSE(ServesPod(*snapshot, "unscraped"));
}

TEST_F(StoreTest, TellsFromWhichSampleTheUsageOfANodeIsKnown) {
  store_.SetCatalog(CatalogOf({"n1", "n2"}, {}));
  EXPECT_FALSE(store_.Apply("n1", MakeSample(Point(100, 0), {})).is_first_usage);
  EXPECT_FALSE(store_.Apply("n2", MakeSample(Point(100, 0), {})).is_first_usage);
  EXPECT_FALSE(store_.Apply("n1", MakeSample(Point(100, 0), {})).is_first_usage)
      << "the same reading again";
  EXPECT_TRUE(store_.Apply("n1", MakeSample(Point(101, 500), {})).is_first_usage);
  EXPECT_FALSE(store_.Apply("n1", MakeSample(Point(105, 900), {})).is_first_usage);
  clock_.Advance(3 * kResolution + 1);
  EXPECT_FALSE(store_.Apply("n1", MakeSample(Point(160, 1000), {})).is_first_usage)
      << "begins anew";
  EXPECT_TRUE(store_.Apply("n1", MakeSample(Point(175, 1500), {})).is_first_usage);
}

TEST_F(StoreTest, KeepsTheLastPointsOfAFailedNodeUntilTheyAreStale) {
  store_.SetCatalog(CatalogOf({"n1"}, {{"d", "p1"}}));
  Scrape("n1", "p1", 100, 0);
  Scrape("n1", "p1", 115, 1500);
  clock_.Advance(3 * kResolution);
  const auto kept = store_.MakeSnapshot();
  ASSERT_TRUE(kept->NodeUsage(0).has_value());
  EXPECT_EQ(kept->NodeUsage(0)->timestamp_ns, 115 * kSecond) << "the true time of the sample";
  EXPECT_TRUE(ServesPod(*kept, "p1"));
  clock_.Advance(1);
  const auto stale = store_.MakeSnapshot();
  EXPECT_FALSE(stale->NodeUsage(0).has_value());
  EXPECT_FALSE(ServesPod(*stale, "p1"));
}

TEST_F(StoreTest, FailedScrapeDoesNotCostTheNextRate) {
  store_.SetCatalog(CatalogOf({"n1"}, {{"d", "p1"}}));
  Scrape("n1", "p1", 100, 0);
  clock_.Advance(2 * kResolution);
  Scrape("n1", "p1", 130, 3000);
  EXPECT_EQ(store_.MakeSnapshot()->NodeUsage(0)->window_ns, 30 * kSecond);
}

TEST_F(StoreTest, NodeThatWasAwayForLongBeginsAnew) {
  store_.SetCatalog(CatalogOf({"n1"}, {{"d", "p1"}}));
  Scrape("n1", "p1", 100, 0);
  Scrape("n1", "p1", 115, 1500);
  clock_.Advance(2400 * kSecond);
  Scrape("n1", "p1", 2515, 3000);
  const auto back = store_.MakeSnapshot();
  EXPECT_FALSE(back->NodeUsage(0).has_value()) << "an average of 40 minutes tells nothing of now";
  EXPECT_FALSE(ServesPod(*back, "p1"));
  clock_.Advance(kResolution);
  Scrape("n1", "p1", 2530, 6000);
  EXPECT_EQ(store_.MakeSnapshot()->NodeUsage(0)->window_ns, kResolution);
}

TEST_F(StoreTest, ContainerAndNodeThatWereLeftOutForLongBeginAnew) {
  store_.SetCatalog(CatalogOf({"n1"}, {{"d", "p1"}}));
  Scrape("n1", "p1", 100, 0);
  Scrape("n1", "p1", 115, 1500);
  const auto fail_until = [&](int64_t end_s) {
    for (int64_t at_s = 130; at_s < end_s; at_s += 15) {
      clock_.Advance(kResolution);
      store_.Apply("n1", MakeSample(std::nullopt, {{"d", "p1", {{"c", std::nullopt}}}}));
    }
    clock_.Advance(kResolution);
    Scrape("n1", "p1", end_s, 3000);
    return store_.MakeSnapshot();
  };
  const auto soon = fail_until(160);
  EXPECT_EQ(soon->NodeUsage(0)->window_ns, 45 * kSecond);
  EXPECT_TRUE(ServesPod(*soon, "p1"));
  const auto late = fail_until(220);
  EXPECT_FALSE(late->NodeUsage(0).has_value());
  EXPECT_FALSE(ServesPod(*late, "p1"));
}

TEST_F(StoreTest, SnapshotStaysAsItWasWhileTheStoreGoesOn) {
  store_.SetCatalog(CatalogOf({"n1"}, {{"d", "p1"}}));
  Scrape("n1", "p1", 100, 0);
  Scrape("n1", "p1", 115, 1500);
  const auto before = store_.MakeSnapshot();
  Scrape("n1", "p1", 130, 15'000);
  EXPECT_EQ(before->NodeUsage(0)->cpu_nanocores, 100'000'000u);
  EXPECT_EQ(store_.MakeSnapshot()->NodeUsage(0)->cpu_nanocores, 900'000'000u);
}

TEST_F(StoreTest, FindsTheNodesOfEachSnapshotWhateverTheLastHad) {
  const auto usage_of_nodes = [this] {
    std::vector<bool> has_usage;
    const auto snapshot = store_.MakeSnapshot();
    for (size_t i = 0; i < snapshot->catalog().nodes().size(); ++i) {
      has_usage.push_back(snapshot->NodeUsage(i).has_value());
    }
    return has_usage;
  };
  using Usages = std::vector<bool>;
  store_.SetCatalog(CatalogOf({"n2", "n3"}, {}));
  Scrape("n2", "p", 100, 0);
  Scrape("n2", "p", 115, 0);
  EXPECT_EQ(usage_of_nodes(), (Usages{true, false}));
  Scrape("n3", "p", 100, 0);
  Scrape("n3", "p", 115, 0);
  EXPECT_EQ(usage_of_nodes(), (Usages{true, true})) << "one that nothing was known of";
  store_.SetCatalog(CatalogOf({"n1", "n3"}, {}));
  EXPECT_EQ(usage_of_nodes(), (Usages{false, true})) << "others, as many";
  store_.SetCatalog(CatalogOf({}, {}));
  EXPECT_EQ(usage_of_nodes(), Usages{});
}

TEST_F(StoreTest, SharesThePlacesOfPodsWhileNothingMoves) {
  store_.SetCatalog(CatalogOf({"n1", "n2"}, {{"d", "p1"}, {"d", "p2"}}));
  Scrape("n1", "p1", 100, 0);
  Scrape("n2", "p2", 100, 0);
  const auto first = store_.MakeSnapshot();
  Scrape("n1", "p1", 115, 0);
  const auto second = store_.MakeSnapshot();
  EXPECT_EQ(first->places(), second->places());
  Scrape("n1", "p2", 130, 0);
  EXPECT_NE(second->places(), store_.MakeSnapshot()->places());
}

TEST_F(StoreTest, PodClaimedByTwoNodesIsTheOneThatStartedLast) {
  store_.SetCatalog(CatalogOf({"n1", "n2"}, {{"d", "web-0"}}));
  const auto scrape_moved_pod = [&](const char* node, int64_t start_s, int64_t at_s, uint64_t ms) {
    UsagePoint point = Point(at_s, ms);
    point.start_time_ns = start_s * kSecond;
    store_.Apply(node, MakeSample(std::nullopt, {{"d", "web-0", {{"c", point}}}}));
  };
  for (const int64_t at_s : {1000, 1015}) {
    scrape_moved_pod("n1", 500, at_s, static_cast<uint64_t>(at_s) * 100);
    scrape_moved_pod("n2", 600, at_s, static_cast<uint64_t>(at_s) * 200);
  }
  PodUsage usage;
  ASSERT_TRUE(store_.MakeSnapshot()->GetPodUsage(0, usage));
  EXPECT_EQ(usage.containers[0].usage.cpu_nanocores, 200'000'000u);
}

TEST_F(StoreTest, PodClaimedByTwoNodesWithoutStartsIsTheOneThatWasReadLast) {
  store_.SetCatalog(CatalogOf({"n1", "n2", "n3"}, {{"d", "web-0"}}));
  const auto scrape_moved_pod = [&](const char* node, int64_t at_s, uint64_t ms) {
    UsagePoint point = Point(at_s, ms);
    point.start_time_ns = 0;
    store_.Apply(node, MakeSample(std::nullopt, {{"d", "web-0", {{"c", point}}}}));
  };
  for (const int64_t at_s : {1000, 1015}) {
    scrape_moved_pod("n1", at_s, static_cast<uint64_t>(at_s) * 100);
    scrape_moved_pod("n2", at_s + 2, static_cast<uint64_t>(at_s) * 200);
    scrape_moved_pod("n3", at_s + 1, static_cast<uint64_t>(at_s) * 300);
  }
  PodUsage usage;
  ASSERT_TRUE(store_.MakeSnapshot()->GetPodUsage(0, usage));
  EXPECT_EQ(usage.containers[0].usage.cpu_nanocores, 200'000'000u);
}

// Nodes that tell of d/web-0, the usage of which says whose points are served.
class ContestedPodTest : public StoreTest {
 protected:
  ContestedPodTest() { SetCatalog({{"d", "web-0"}}); }

  void SetCatalog(const std::vector<std::pair<std::string, std::string>>& pods) {
    store_.SetCatalog(CatalogOf({"n1", "n2", "n3"}, pods));
  }
  // `node` has used `cores` since `start_s`; `other_pod` is named beside.
  void Name(const char* node, uint64_t cores, int64_t start_s, int64_t at_s,
            std::string_view other_pod = "x") {
    UsagePoint point = Point(at_s, cores * static_cast<uint64_t>(at_s) * 1000);
    point.start_time_ns = start_s * kSecond;
    store_.Apply(node, MakeSample(std::nullopt, {{"d", "web-0", {{"c", point}}},
                                                 {"e", other_pod, {{"c", point}}}}));
  }
  void NameTwice(const char* node, uint64_t cores, int64_t start_s, int64_t at_s) {
    Name(node, cores, start_s, at_s);
    Name(node, cores, start_s, at_s + 15);
  }
  void NameNothing(const char* node, int64_t at_s) {
    store_.Apply(node, MakeSample(Point(at_s, 0), {}));
  }
  uint64_t ServedCores() {
    PodUsage usage;
    const auto snapshot = store_.MakeSnapshot();
    const auto pod = snapshot->catalog().FindPod("d", "web-0");
    if (!pod || !snapshot->GetPodUsage(*pod, usage)) return 0;
    return usage.containers.at(0).usage.cpu_nanocores / 1'000'000'000;
  }
  // "pod holder challenger" of each contest of a new snapshot.
  std::vector<std::string> Contests() {
    store_.MakeSnapshot();
    std::vector<std::string> texts;
    for (const PodContest& contest : store_.contests()) {
      texts.push_back(std::string(contest.pod->name()) + " " + std::string(contest.holder->name()) +
                      " " + std::string(contest.challenger->name()));
    }
    return texts;
  }
};

TEST_F(ContestedPodTest, StaysWithTheNodeThatHasItWhateverStartAnotherSays) {
  NameTwice("n2", 2, 500, 1000);
  EXPECT_EQ(ServedCores(), 2u);
  NameTwice("n1", 1, 600, 1000);
  NameTwice("n3", 3, 700, 1000);
  EXPECT_EQ(ServedCores(), 2u);
}

TEST_F(ContestedPodTest, IsTheOtherNodesOnceTheOneThatHadItNamesItNoMore) {
  NameTwice("n1", 1, 500, 1000);
  EXPECT_EQ(ServedCores(), 1u);
  NameTwice("n2", 2, 990, 1010);
  EXPECT_EQ(ServedCores(), 1u);
  NameNothing("n1", 1030);
  EXPECT_EQ(ServedCores(), 2u);
}

TEST_F(ContestedPodTest, IsTheOtherNodesOnceTheOneThatHadItIsStale) {
  NameTwice("n1", 1, 500, 1000);
  EXPECT_EQ(ServedCores(), 1u);
  clock_.Advance(3 * kResolution + 1);
  NameTwice("n2", 2, 400, 1060);
  EXPECT_EQ(ServedCores(), 2u);
}

TEST_F(ContestedPodTest, IsTheOtherNodesOnceTheOneThatHadItIsOverdue) {
  constexpr int64_t kDue = 2 * kResolution;
  for (const char* dead : {"n1", "n3"}) {
    SetCatalog({});
    SetCatalog({{"d", "web-0"}});
    NameTwice(dead, 1, 500, 1000);
    EXPECT_EQ(ServedCores(), 1u);
    clock_.Advance(kDue - 1);
    NameTwice("n2", 2, 700, 1020);
    EXPECT_EQ(ServedCores(), 1u) << "it may still answer";
    clock_.Advance(1);
    EXPECT_EQ(ServedCores(), 1u);
    clock_.Advance(1);
    EXPECT_EQ(ServedCores(), 2u) << "though no node names anything new";
    Name(dead, 1, 500, 1050);
    EXPECT_EQ(ServedCores(), 2u) << "it is back, and has lost the pod";
    clock_.Advance(3 * kResolution + 1);
  }
}

TEST_F(ContestedPodTest, StaysWithAnOverdueNodeWhereTheOtherStartedNothingLater) {
  NameTwice("n2", 2, 500, 1000);
  EXPECT_EQ(ServedCores(), 2u);
  clock_.Advance(2 * kResolution + 1);
  NameTwice("n1", 1, 500, 1030);
  NameTwice("n3", 3, 400, 1030);
  EXPECT_EQ(ServedCores(), 2u);
}

TEST_F(ContestedPodTest, StaysWithTheNodeThatHasItWhileBothAreOverdue) {
  NameTwice("n2", 2, 500, 1000);
  EXPECT_EQ(ServedCores(), 2u);
  NameTwice("n1", 1, 600, 1000);
  NameTwice("n3", 3, 600, 1000);
  clock_.Advance(2 * kResolution + 1);
  EXPECT_EQ(ServedCores(), 2u);
}

TEST_F(ContestedPodTest, IsTheNewersWhenItWasGoneInBetween) {
  NameTwice("n2", 2, 500, 1000);
  EXPECT_EQ(ServedCores(), 2u);
  SetCatalog({});
  store_.MakeSnapshot();
  NameTwice("n1", 1, 1005, 1020);
  SetCatalog({{"d", "web-0"}, {"a", "first"}});
  EXPECT_EQ(ServedCores(), 1u);
}

TEST_F(ContestedPodTest, IsNotWonByAStartThatIsStillToCome) {
  NameTwice("n1", 1, 500, 1000);
  NameTwice("n2", 2, 5000, 1000);
  EXPECT_EQ(ServedCores(), 1u);
}

TEST_F(ContestedPodTest, IsToldOfWhenBothNodesNameItAgainAndThenOnceForEachReadingOfBoth) {
  NameTwice("n1", 1, 500, 1000);
  store_.MakeSnapshot();
  NameTwice("n2", 2, 600, 1000);
  EXPECT_EQ(Contests(), std::vector<std::string>());
  Name("n1", 1, 500, 1030);
  EXPECT_EQ(Contests(), std::vector<std::string>());
  Name("n2", 2, 600, 1030);
  EXPECT_EQ(Contests(), std::vector<std::string>{"web-0 n1 n2"});
  Name("n2", 2, 600, 1045);
  EXPECT_EQ(Contests(), std::vector<std::string>());
  Name("n1", 1, 500, 1045);
  EXPECT_EQ(Contests(), std::vector<std::string>{"web-0 n1 n2"});
}

TEST_F(ContestedPodTest, IsToldOfThoughTheNodesNameOtherPodsEachTime) {
  Name("n1", 1, 500, 1000);
  Name("n2", 2, 500, 1001, "y1");
  EXPECT_EQ(Contests(), std::vector<std::string>());
  Name("n1", 1, 500, 1015);
  SetCatalog({{"a", "first"}, {"d", "web-0"}});
  EXPECT_EQ(Contests(), std::vector<std::string>());
  Name("n2", 2, 500, 1016, "y2");
  EXPECT_EQ(Contests(), std::vector<std::string>{"web-0 n2 n1"});
}

TEST_F(ContestedPodTest, IsNotToldOfWhenItMoved) {
  NameTwice("n1", 1, 500, 1000);
  store_.MakeSnapshot();
  NameTwice("n2", 2, 1005, 1016);
  EXPECT_EQ(Contests(), std::vector<std::string>());
  NameNothing("n1", 1030);
  Name("n2", 2, 1005, 1046);
  EXPECT_EQ(Contests(), std::vector<std::string>());
}

TEST_F(ContestedPodTest, IsNotToldOfWhenNoSuchPodExists) {
  SetCatalog({});
  for (int64_t at_s = 1000; at_s < 1060; at_s += 15) {
    Name("n1", 1, 500, at_s);
    Name("n2", 2, 500, at_s);
    EXPECT_EQ(Contests(), std::vector<std::string>());
  }
}

TEST_F(StoreTest, ForgetsNodesThatNoLongerExist) {
  store_.SetCatalog(CatalogOf({"n1"}, {{"d", "p1"}}));
  Scrape("n1", "p1", 100, 0);
  store_.SetCatalog(CatalogOf({}, {}));
  store_.SetCatalog(CatalogOf({"n1"}, {{"d", "p1"}}));
  Scrape("n1", "p1", 115, 0);
  EXPECT_FALSE(store_.MakeSnapshot()->NodeUsage(0).has_value()) << "a new node of the old name";
}

TEST(Catalog, SortsAndFinds) {
  const auto catalog = CatalogOf({"b", "a"}, {{"z", "a"}, {"d", "q"}, {"d", "p"}, {"d-2", "p"}});
  EXPECT_EQ(catalog->FindNode("b"), 1u);
  EXPECT_EQ(catalog->FindNode("c"), std::nullopt);
  EXPECT_EQ(catalog->FindPod("d", "q"), 1u);
  EXPECT_EQ(catalog->FindPod("d", "x"), std::nullopt);
  EXPECT_EQ(catalog->PodsIn("d"), std::pair(size_t{0}, size_t{2}));
  EXPECT_EQ(catalog->PodsIn("d-2"), std::pair(size_t{2}, size_t{3}));
  EXPECT_EQ(catalog->PodsIn("e"), std::pair(size_t{3}, size_t{3}));
}

TEST(Catalog, KnowsOfNodesThatAreNotSelectedOnlyThatTheyExist) {
  const Catalog catalog({kube::ObjectMeta::Create("", "b")}, {},
                        {kube::ObjectMeta::Create("", "c"), kube::ObjectMeta::Create("", "a")});
  EXPECT_EQ(catalog.nodes().size(), 1u);
  EXPECT_EQ(catalog.FindNode("a"), std::nullopt);
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(catalog.HasNode(name)) << name;
  EXPECT_FALSE(catalog.HasNode("d"));
}

TEST(Catalog, LaterOfTwoOfOneNameWins) {
  const kube::Label label[] = {{"v", "2"}};
  const Catalog catalog(
      {}, {kube::ObjectMeta::Create("d", "p"), kube::ObjectMeta::Create("d", "p", label)});
  ASSERT_EQ(catalog.pods().size(), 1u);
  EXPECT_EQ(catalog.pods()[0]->FindLabel("v"), "2");
}

}  // namespace
}  // namespace kubegauge::scraper
