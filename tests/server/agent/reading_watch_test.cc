#include "server/agent/reading_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "server/cluster/options.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;

class ReadingWatchTest : public ::testing::Test {
 protected:
  ReadingWatchTest() { log_.set_pattern("%l %v"); }

  void Publish() {
    published_.Set(std::make_shared<const AgentState>(
        AgentState{.node_name = "n1",
                   .last = std::make_shared<const cgroup::NodeReading>(),
                   .previous = std::make_shared<const cgroup::NodeReading>(),
                   .read_at_ns = clock_.MonotonicNs(),
                   .machine = std::make_shared<const cgroup::Machine>()}));
  }
  std::vector<std::string> TakeLines() {
    std::vector<std::string> lines;
    std::istringstream text(text_.str());
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    text_.str("");
    return lines;
  }

  kubegauge::testing::ManualClock clock_;
  std::ostringstream text_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)};
  PublishedAgentState published_{std::make_shared<const AgentState>()};
};

TEST_F(ReadingWatchTest, ReadingsAreOverdueAfterThreeResolutionsAndTenSeconds) {
  struct Case {
    int64_t resolution_ns;
    int64_t last_timely_age_ns;
  };
  for (const Case& with :
       {Case{kSecondNs / 10, 10 * kSecondNs}, Case{kSecondNs, 10 * kSecondNs},
        Case{5 * kSecondNs, 15 * kSecondNs}, Case{60 * kSecondNs, 180 * kSecondNs}}) {
    ReadingWatch watch(published_, with.resolution_ns, clock_, log_);
    Publish();
    clock_.Advance(with.last_timely_age_ns);
    EXPECT_TRUE(watch.IsTimely()) << with.resolution_ns;
    clock_.Advance(1);
    EXPECT_FALSE(watch.IsTimely()) << with.resolution_ns;
  }
}

TEST_F(ReadingWatchTest, OverdueStateIsThatOfBeforeTheFirstReading) {
  ReadingWatch watch(published_, kSecondNs, clock_, log_);
  Publish();
  EXPECT_EQ(watch.Served(), published_.Get());
  clock_.Advance(11 * kSecondNs);
  const auto served = watch.Served();
  EXPECT_EQ(served->node_name, "n1");
  EXPECT_EQ(served->machine, published_.Get()->machine);
  EXPECT_EQ(served->last, nullptr);
  EXPECT_EQ(served->previous, nullptr);
  Publish();
  EXPECT_EQ(watch.Served(), published_.Get());
}

// The clock of the wall tells nothing of how long ago it was.
TEST_F(ReadingWatchTest, ClockThatWasSetMakesNoReadingOverdue) {
  ReadingWatch watch(published_, kSecondNs, clock_, log_);
  Publish();
  clock_.SetWallNs(clock_.WallNs() + 3600 * kSecondNs);
  EXPECT_TRUE(watch.IsTimely());
}

TEST_F(ReadingWatchTest, SaysOnceWhenReadingsStopAndOnceWhenTheyComeAgain) {
  ReadingWatch watch(published_, kSecondNs, clock_, log_);
  for (int times = 0; times < 2; ++times) {
    Publish();
    watch.Served();
    EXPECT_TRUE(watch.IsTimely());
    TakeLines();
    clock_.Advance(12 * kSecondNs);
    watch.Served();
    EXPECT_FALSE(watch.IsTimely());
    EXPECT_THAT(TakeLines(), ElementsAre("error Node is no longer read, nothing is served "
                                         "last_reading_ms_ago=12000"));
    Publish();
    watch.Served();
    EXPECT_TRUE(watch.IsTimely());
    EXPECT_THAT(TakeLines(), ElementsAre("info Node is read again last_reading_ms_ago=0"));
  }
}

}  // namespace
}  // namespace kubegauge::server
