#include "kube/token_bucket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace kubegauge::kube {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

TEST(TokenBucket, LetsABurstThroughAndThenOneEachInterval) {
  TokenBucket bucket({.interval = 5ms, .burst = 3}, 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.Take(0), 0ns);
  EXPECT_EQ(bucket.Take(0), 5ms);
  EXPECT_EQ(bucket.Take(0), 10ms);
  EXPECT_EQ(bucket.Take(nanoseconds(10ms).count()), 5ms);
  EXPECT_EQ(bucket.Take(nanoseconds(1s).count()), 0ns);
}

TEST(TokenBucket, DefaultsToTheRateOfMetricsServersClients) {
  TokenBucket bucket({}, 0);
  int immediate = 0;
  while (bucket.Take(0) == 0ns) ++immediate;
  EXPECT_EQ(immediate, 400);
  EXPECT_EQ(bucket.Take(0), 10ms);
}

// Over any span of time no more than the burst and what came meanwhile, and no less when asked for.
TEST(TokenBucket, HoldsItsRateForAnyPatternOfRequests) {
  constexpr int64_t kInterval = 1000;
  constexpr int64_t kBurst = 7;
  std::mt19937_64 random(1);
  for (int run = 0; run < 50; ++run) {
    TokenBucket bucket({.interval = nanoseconds(kInterval), .burst = kBurst}, 0);
    std::vector<int64_t> used;
    int64_t now = 0;
    for (int i = 0; i < 300; ++i) {
      now += static_cast<int64_t>(random() % (random() % 20 == 0 ? 20'000 : 1200));
      used.push_back(now + bucket.Take(now).count());
    }
    ASSERT_TRUE(std::is_sorted(used.begin(), used.end()));
    for (size_t from = 0; from < used.size(); ++from) {
      for (size_t to = from; to < used.size(); ++to) {
        ASSERT_LE(static_cast<int64_t>(to - from + 1),
                  kBurst + (used[to] - used[from]) / kInterval + 1);
      }
    }
  }
}

}  // namespace
}  // namespace kubegauge::kube
