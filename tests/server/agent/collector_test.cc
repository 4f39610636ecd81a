#include "server/agent/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "server/cluster/options.h"
#include "tests/cgroup/tree_fixture.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"

namespace kubegauge::server {
namespace {

using kubegauge::testing::MakeFile;
using kubegauge::testing::V2Files;

class AgentCollectorTest : public ::testing::Test {
 protected:
  AgentCollectorTest() {
    log_.set_pattern("%l %v");
    tree_.Add("sys/fs/cgroup", {MakeFile("cgroup.controllers", "cpu memory\n"),
                                MakeFile("cpu.stat", "usage_usec 5000\n"),
                                MakeFile("memory.stat", "anon 100\nfile 1000\ninactive_file 3\n")});
    tree_.Write("proc/meminfo", "MemTotal: 9 kB\nMemFree: 4 kB\n");
    tree_.Write("proc/stat", "cpu  1 1 1 1 1 1 1 1 0 0\ncpu0 1\nbtime 1000\n");
  }

  AgentCollector& collector() {
    if (collector_ == nullptr) {
      auto reader = cgroup::NodeReader::Open({.root = tree_.root(), .host_workloads = false},
                                             [this] { return clock_.WallNs(); });
      EXPECT_TRUE(reader.ok()) << reader.status();
      collector_ = std::make_unique<AgentCollector>(*std::move(reader), "n1", cgroup::Machine(),
                                                    kSecondNs, clock_, sleeper_, log_);
    }
    return *collector_;
  }

  kubegauge::testing::TempTree tree_;
  kubegauge::testing::ManualClock clock_{4'000'000'000 * kSecondNs};
  kubegauge::testing::ManualSleeper sleeper_{clock_};
  std::ostringstream text_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)};
  std::unique_ptr<AgentCollector> collector_;
};

TEST_F(AgentCollectorTest, PublishesTheLastTwoReadingsAndWhenTheyWereMade) {
  const PublishedAgentState& published = collector().state();
  EXPECT_EQ(published.Get()->last, nullptr);
  EXPECT_EQ(published.Get()->read_at_ns, clock_.MonotonicNs());
  clock_.Advance(kSecondNs);
  collector().Tick();
  const auto first = published.Get();
  ASSERT_NE(first->last, nullptr);
  EXPECT_EQ(first->previous, nullptr);
  EXPECT_EQ(first->read_at_ns, clock_.MonotonicNs());
  clock_.Advance(kSecondNs);
  collector().Tick();
  EXPECT_EQ(published.Get()->previous, first->last);
  EXPECT_EQ(published.Get()->read_at_ns, first->read_at_ns + kSecondNs);
}

// As where /var/log/pods is not mounted into the agent.
TEST_F(AgentCollectorTest, SaysOnceAMinuteThatPodsHaveHadNoNamesForAMinute) {
  tree_.Add("sys/fs/cgroup/kubepods/poda/" + std::string(64, 'a'), V2Files(1, 1, 0));
  tree_.Add("sys/fs/cgroup/kubepods/podwaits", {});
  const auto lines_after = [&](int64_t seconds) {
    text_.str("");
    for (int64_t second = 0; second < seconds; ++second) {
      clock_.Advance(kSecondNs);
      collector().Tick();
    }
    return text_.str();
  };
  const auto line = [](int held_back) {
    return "warning Pods are not served, as no log names them pods=1 folder=/var/log/pods "
           "held_back=" +
           std::to_string(held_back) + "\n";
  };
  EXPECT_EQ(lines_after(60), "");
  EXPECT_EQ(lines_after(1), line(0));
  EXPECT_EQ(lines_after(59), "");
  EXPECT_EQ(lines_after(1), line(59));
  tree_.Remove("sys/fs/cgroup/kubepods/poda");
  EXPECT_EQ(lines_after(100), "");
}

}  // namespace
}  // namespace kubegauge::server
