#include "scraper/pacer.h"

#include <gtest/gtest.h>

#include "tests/fakes/manual_clock.h"

namespace kubegauge::scraper {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST(Pacer, TicksAtOnceAndThenOnItsGrid) {
  testing::ManualClock clock;
  Pacer pacer(10 * kSecond, clock);
  EXPECT_EQ(pacer.UntilDueNs(), 0);
  pacer.Begin();
  EXPECT_EQ(pacer.UntilDueNs(), 10 * kSecond);
  clock.Advance(13 * kSecond);
  EXPECT_EQ(pacer.UntilDueNs(), 0);
  pacer.Begin();
  EXPECT_EQ(pacer.UntilDueNs(), 7 * kSecond) << "a late tick does not move the grid";
}

TEST(Pacer, CollapsesMissedTicksIntoOne) {
  testing::ManualClock clock;
  Pacer pacer(10 * kSecond, clock);
  pacer.Begin();
  clock.Advance(45 * kSecond);
  pacer.Begin();
  EXPECT_EQ(pacer.UntilDueNs(), 5 * kSecond);
}

TEST(Pacer, IsUnmovedByTheWallClock) {
  testing::ManualClock clock;
  Pacer pacer(10 * kSecond, clock);
  pacer.Begin();
  clock.SetWallNs(0);
  EXPECT_EQ(pacer.UntilDueNs(), 10 * kSecond);
}

}  // namespace
}  // namespace kubegauge::scraper
