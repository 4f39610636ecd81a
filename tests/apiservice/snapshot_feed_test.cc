#include "apiservice/snapshot_feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/apiservice/recorded_cluster.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

using testing::MakeSnapshot;
using testing::ManualClock;

// With one node whose usage tells the snapshot's number.
std::shared_ptr<const scraper::Snapshot> NumberedSnapshot(uint64_t number) {
  return MakeSnapshot({{"node", {}, {number, number, 1'000'000'000}}}, {});
}

uint64_t NumberOf(const scraper::Snapshot& snapshot) {
  return snapshot.NodeUsage(0)->cpu_nanocores;
}

TEST(SnapshotFeed, GivesEachSnapshotANumberOfItsOwn) {
  ManualClock clock;
  PublishedSnapshot published(NumberedSnapshot(1));
  SnapshotFeed feed(published, clock);
  const SnapshotFeed::State first = feed.Current();
  EXPECT_EQ(feed.Current().version, first.version);
  published.Set(NumberedSnapshot(2));
  const SnapshotFeed::State second = feed.Current();
  EXPECT_GT(second.version, first.version);
  EXPECT_EQ(first.version % 2, 0u);
  EXPECT_GT(VersionOnTheWayTo(second.version), first.version);
  EXPECT_LT(VersionOnTheWayTo(second.version), second.version);
  EXPECT_EQ(NumberOf(*first.snapshot), 1u);
  EXPECT_EQ(NumberOf(*second.snapshot), 2u);
}

TEST(SnapshotFeed, GivesNumbersThatGoUpToWhoeverAsks) {
  constexpr uint64_t kSnapshots = 300;
  ManualClock clock;
  PublishedSnapshot published(NumberedSnapshot(1));
  SnapshotFeed feed(published, clock);
  std::atomic<int> faults{0};
  std::vector<std::jthread> watches;
  for (int i = 0; i < 3; ++i) {
    watches.emplace_back([&] {
      SnapshotFeed::State last = feed.Current();
      while (NumberOf(*last.snapshot) < kSnapshots) {
        SnapshotFeed::State next = feed.Current();
        const bool is_newer = NumberOf(*next.snapshot) > NumberOf(*last.snapshot);
        const bool is_same = next.snapshot == last.snapshot;
        if (is_newer ? next.version <= last.version : !is_same || next.version != last.version) {
          ++faults;
        }
        last = std::move(next);
      }
    });
  }
  for (uint64_t number = 2; number <= kSnapshots; ++number) {
    published.Set(NumberedSnapshot(number));
  }
  watches.clear();
  EXPECT_EQ(faults, 0);
}

}  // namespace
}  // namespace kubegauge::apiservice
