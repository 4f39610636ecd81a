#include "scraper/log_limiter.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/fakes/manual_clock.h"

namespace kubegauge::scraper {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST(LogLimiter, WritesTheFirstLineOfAKeyAndThenCountsWhatItHoldsBack) {
  testing::ManualClock clock;
  LogLimiter limiter(60 * kSecond, 100, clock);
  EXPECT_EQ(limiter.Admit("a"), 0u);
  EXPECT_EQ(limiter.Admit("b"), 0u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.Admit("a"), std::nullopt);
  clock.Advance(60 * kSecond);
  EXPECT_EQ(limiter.Admit("a"), 5u);
  EXPECT_EQ(limiter.Admit("a"), std::nullopt);
}

TEST(LogLimiter, KeysBeyondTheMaximumShareOne) {
  testing::ManualClock clock;
  LogLimiter limiter(60 * kSecond, 2, clock);
  EXPECT_EQ(limiter.Admit("a"), 0u);
  EXPECT_EQ(limiter.Admit("b"), 0u);
  EXPECT_EQ(limiter.Admit("c"), 0u);
  EXPECT_EQ(limiter.Admit("d"), std::nullopt);
  clock.Advance(60 * kSecond);
  EXPECT_EQ(limiter.Admit("e"), 0u) << "the old keys made room";
}

TEST(LogLimiter, KeysWithoutRoomShareWithNoKeyOfTheirOwn) {
  testing::ManualClock clock;
  LogLimiter limiter(60 * kSecond, 2, clock);
  EXPECT_EQ(limiter.Admit(""), 0u);
  EXPECT_EQ(limiter.Admit("b"), 0u);
  EXPECT_EQ(limiter.Admit("c"), 0u) << "the empty key is not the shared one";
  EXPECT_EQ(limiter.Admit("d"), std::nullopt);
  EXPECT_EQ(limiter.Admit(""), std::nullopt);
  clock.Advance(60 * kSecond);
  EXPECT_EQ(limiter.Admit(""), 1u);
}

}  // namespace
}  // namespace kubegauge::scraper
