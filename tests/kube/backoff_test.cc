#include "kube/backoff.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/fakes/constant_random.h"

namespace kubegauge::kube {
namespace {

using kubegauge::testing::ConstantRandom;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

std::vector<nanoseconds> Waits(const BackoffPolicy& policy, double unit) {
  ConstantRandom random(unit);
  Backoff backoff(policy, random);
  std::vector<nanoseconds> waits;
  while (backoff.MayRetry()) waits.push_back(backoff.Next());
  return waits;
}

TEST(Backoff, WaitsBetweenTheStepsAsClientGoDoes) {
  EXPECT_EQ(Waits(kReviewBackoff, 0), (std::vector<nanoseconds>{500ms, 750ms, 1125ms, 1687500us}));
  EXPECT_EQ(Waits(kReviewBackoff, 0.5),
            (std::vector<nanoseconds>{550ms, 825ms, 1237500us, 1856250us}));
  EXPECT_TRUE(Waits({.initial = 1s}, 0).empty()) << "one attempt, no wait";
}

TEST(Backoff, EndsAtItsCapAndThenKeepsIt) {
  ConstantRandom random(0);
  Backoff backoff({.initial = 1s, .factor = 3, .steps = 10, .cap = 5s}, random);
  EXPECT_EQ(backoff.Next(), 1s);
  EXPECT_EQ(backoff.Next(), 3s);
  EXPECT_FALSE(backoff.MayRetry());
  EXPECT_EQ(backoff.Next(), 5s);
  EXPECT_EQ(backoff.Next(), 5s);
}

TEST(Backoff, DoesNotOverflow) {
  ConstantRandom random(0.999);
  Backoff backoff({.initial = 1h, .factor = 1e9, .jitter = 1, .steps = 9}, random);
  for (int i = 0; i < 9; ++i) EXPECT_GT(backoff.Next(), 0s);
}

TEST(SystemRandom, StaysWithinItsBounds) {
  SystemRandom random;
  for (int i = 0; i < 1000; ++i) {
    const double unit = random.Unit();
    EXPECT_GE(unit, 0.0);
    EXPECT_LT(unit, 1.0);
  }
}

}  // namespace
}  // namespace kubegauge::kube
