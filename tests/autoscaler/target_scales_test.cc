// Which scales are read, and which are known to be as they were (hpa.md 3 steps 1 to 3).

#include "autoscaler/target_scales.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <sstream>

#include "tests/autoscaler/one_deployment_api.h"
#include "tests/autoscaler/scene.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/pending_sleeper.h"

namespace kubegauge::autoscaler {
namespace {

namespace asio = boost::asio;

class TargetScalesTest : public ::testing::Test {
 protected:
  // Replicas, by as many reads one after the other.
  std::vector<int32_t> Read(int times, TargetScales& scales) {
    std::vector<int32_t> replicas;
    for (int i = 0; i < times; ++i) {
      asio::co_spawn(
          io_,
          [&]() -> asio::awaitable<void> {
            const auto found = co_await scales.Read(scene_.hpa, TargetScales::From::kKnown);
            replicas.push_back(std::get<TargetScales::Found>(found).reading.spec_replicas);
          },
          asio::detached);
      Settle();
    }
    return replicas;
  }
  std::vector<int32_t> Read(int times) { return Read(times, scales_); }

  // Until all wait for the API server.
  void Settle() {
    io_.restart();
    while (io_.poll() > 0) io_.restart();
  }

  // How many of `times` reads ask the API server.
  int ReadsOf(int times) {
    const int before = api_.scale_reads;
    Read(times);
    return api_.scale_reads - before;
  }

  asio::io_context io_;
  const testing::Scene scene_{{testing::ResourceUtilization("cpu", 50)}, 1};
  kubegauge::testing::ManualClock clock_;
  kubegauge::testing::PendingSleeper sleeper_{clock_};
  kubegauge::testing::ConstantRandom random_;
  testing::OneDeploymentApi api_{io_};
  std::ostringstream log_text_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::ostream_sink_st>(log_text_)};
  kube::RestMapper mapper_{io_.get_executor(), api_, clock_};
  kube::ScaleClient client_{api_, mapper_, sleeper_, random_};
  WatchedScales watched_{{api_, clock_, sleeper_, random_, log_}, [this](auto task) {
                           asio::co_spawn(io_, std::move(task), asio::detached);
                         }};
  TargetScales scales_{mapper_, client_, &watched_};

  TargetScalesTest() { log_.set_pattern("%l %v"); }
};

// The first read shows that there is something to watch; the second is of a version that the watch
// knows.
TEST_F(TargetScalesTest, AScaleIsReadNoMoreWhileItsTargetStaysAsItIs) {
  EXPECT_EQ(Read(10), std::vector<int32_t>(10, 1));
  EXPECT_EQ(api_.scale_reads, 2);
}

TEST_F(TargetScalesTest, WithoutAWatchItIsReadEachTime) {
  TargetScales scales(mapper_, client_);
  Read(10, scales);
  EXPECT_EQ(api_.scale_reads, 10);
}

TEST_F(TargetScalesTest, AChangeOfTheTargetIsReadOnce) {
  Read(3);
  api_.version = 8;
  api_.replicas = 5;
  api_.Say("MODIFIED");
  Settle();
  EXPECT_EQ(ReadsOf(5), 1);
  EXPECT_EQ(Read(1), std::vector<int32_t>{5});
}

TEST_F(TargetScalesTest, AScaleOfAVersionThatTheWatchHasNotSeenIsNotKept) {
  Read(1);
  api_.version = 8;  // the watch says nothing yet
  EXPECT_EQ(ReadsOf(3), 3);
  api_.Say("MODIFIED");
  Settle();
  EXPECT_EQ(ReadsOf(3), 1);
}

TEST_F(TargetScalesTest, ATargetThatIsGoneIsReadForWhatTheApiServerSaysOfIt) {
  Read(3);
  api_.Say("DELETED");
  Settle();
  EXPECT_EQ(ReadsOf(3), 3);
}

TEST_F(TargetScalesTest, WhileTheWatchIsBrokenItIsReadEachTime) {
  Read(3);
  api_.reachable = false;
  api_.EndWatch();
  Settle();
  EXPECT_EQ(ReadsOf(3), 3);
  api_.reachable = true;
  sleeper_.PassToNext();
  Settle();
  EXPECT_EQ(ReadsOf(3), 1);
}

// A watch begins before what happened since the last one is told.
TEST_F(TargetScalesTest, WhatChangedWhileTheWatchWasBrokenIsSeenAtOnce) {
  Read(3);
  api_.reachable = false;
  api_.EndWatch();
  Settle();
  api_.version = 8;
  api_.replicas = 5;
  api_.reachable = true;
  sleeper_.PassToNext();
  Settle();
  EXPECT_EQ(Read(1), std::vector<int32_t>{5});
}

TEST_F(TargetScalesTest, WhatWasWrittenIsReadThoughTheWatchDoesNotTellOfItYet) {
  Read(3);
  asio::co_spawn(
      io_,
      [&]() -> asio::awaitable<void> {
        auto found = co_await scales_.Read(scene_.hpa, TargetScales::From::kApi);
        EXPECT_EQ(co_await scales_.Write(std::get<TargetScales::Found>(std::move(found)), 5),
                  std::nullopt);
      },
      asio::detached);
  Settle();
  EXPECT_EQ(Read(1), std::vector<int32_t>{5});
}

// An API server sends a bookmark each minute.
TEST_F(TargetScalesTest, WhileTheWatchSaysNothingAtAllItIsReadEachTime) {
  Read(3);
  clock_.Advance(89'000'000'000);
  EXPECT_EQ(ReadsOf(3), 0);
  clock_.Advance(1'000'000'000);
  EXPECT_EQ(ReadsOf(3), 3);
  api_.Say("BOOKMARK");
  Settle();
  EXPECT_EQ(ReadsOf(3), 0);
}

// As that of a custom resource whose definition goes over to another version.
TEST_F(TargetScalesTest, ATargetIsWatchedInTheVersionInWhichItIsServed) {
  Read(3);
  api_.served = "v2";
  api_.EndWatch();
  Settle();
  sleeper_.PassToNext();
  Settle();
  EXPECT_EQ(ReadsOf(3), 3);
  clock_.Advance(60'000'000'000);  // discovery is read anew
  Read(2);
  EXPECT_EQ(ReadsOf(3), 0);
  EXPECT_EQ(api_.opened.back(), "/apis/apps/v2/deployments");
  // Nobody asks for the old version any more.
  const size_t opened = api_.opened.size();
  for (int i = 0; i < 5; ++i) {
    sleeper_.PassToNext();
    Settle();
  }
  EXPECT_EQ(api_.opened.size(), opened);
}

TEST_F(TargetScalesTest, WhereTheTargetsMayNotBeWatchedItIsReadEachTime) {
  api_.may_list = false;
  EXPECT_EQ(ReadsOf(5), 5);
  EXPECT_EQ(log_text_.str(),
            "info Cannot follow objects of the API server, they are read one by one "
            "resource=deployments.apps action=list error=\"the API server answered 403 Forbidden: "
            "deployments is forbidden\" remedy=\"grant "
            "the service account a role with the verbs get, list, watch on deployments.apps\"\n");
  api_.may_list = true;
  sleeper_.PassToNext();
  Settle();
  EXPECT_EQ(ReadsOf(5), 1);
}

}  // namespace
}  // namespace kubegauge::autoscaler
