#include "server/cluster/usage_wait.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"
#include "tests/scraper/snapshot_builder.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr testing::UsageLiteral kSomeUsage{.cpu_nanocores = 1, .timestamp_ns = 100 * kNsPerSecond};
constexpr testing::UsageLiteral kNoUsage;

class UsageWaitTest : public ::testing::Test {
 protected:
  // Publishes what it is given after so many seconds, and says after how many the wait was over.
  double WaitedSeconds(std::map<double, std::vector<testing::NodeUsageLiteral>> later) {
    const int64_t began_ns = clock_.MonotonicNs();
    const auto passed = [&] {
      return static_cast<double>(clock_.MonotonicNs() - began_ns) / kNsPerSecond;
    };
    sleeper_.OnSleep([&](auto) {
      while (!later.empty() && later.begin()->first <= passed()) {
        published_.Set(testing::MakeSnapshot(later.begin()->second, {}));
        later.erase(later.begin());
      }
      if (passed() > 100) io_.stop();
    });
    boost::asio::co_spawn(io_, AwaitUsage(published_, clock_, sleeper_, 15 * kNsPerSecond, health_),
                          boost::asio::detached);
    io_.run();
    return passed();
  }

  testing::ManualClock clock_;
  testing::ManualSleeper sleeper_{clock_};
  boost::asio::io_context io_{1};
  apiservice::PublishedSnapshot published_{scraper::EmptySnapshot()};
  HealthState health_;
};

TEST_F(UsageWaitTest, EndsWhenTheLastNodeHasUsage) {
  const double seconds = WaitedSeconds({{1, {{"a", {}, kNoUsage}, {"b", {}, kNoUsage}}},
                                        {2, {{"a", {}, kSomeUsage}, {"b", {}, kNoUsage}}},
                                        {5, {{"a", {}, kSomeUsage}, {"b", {}, kSomeUsage}}}});
  EXPECT_TRUE(health_.usage_complete);
  EXPECT_NEAR(seconds, 5, 0.2);
}

TEST_F(UsageWaitTest, EndsAResolutionAfterTheFirstUsageThoughANodeIsDead) {
  const double seconds = WaitedSeconds({{2, {{"a", {}, kSomeUsage}, {"dead", {}, kNoUsage}}},
                                        {4, {{"a", {}, kSomeUsage}, {"dead", {}, kNoUsage}}}});
  EXPECT_TRUE(health_.usage_complete);
  EXPECT_NEAR(seconds, 17, 0.2);
}

TEST_F(UsageWaitTest, DoesNotEndWhileNoNodeHasUsage) {
  WaitedSeconds({{1, {{"a", {}, kNoUsage}}}});
  EXPECT_FALSE(health_.usage_complete);
}

}  // namespace
}  // namespace kubegauge::server
