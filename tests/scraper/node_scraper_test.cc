#include "scraper/node_scraper.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace kubegauge::scraper {
namespace {

TEST(NextDueTest, KeepsANodeOnAGridOfItsOwn) {
  constexpr int64_t kPeriod = 15'000'000'000;
  const int64_t first = NextDueNs("node-1", 1'000, 2'000, kPeriod);
  EXPECT_GE(first, 1'000 + kPeriod / 2);
  EXPECT_LE(first, 1'000 + kPeriod * 3 / 2);
  EXPECT_EQ(NextDueNs("node-1", first, first + 3'000'000, kPeriod), first + kPeriod);
  // A timeout of ten seconds does not cost a turn; lateness of a whole one does.
  EXPECT_EQ(NextDueNs("node-1", first, first + 10'000'000'000, kPeriod), first + kPeriod);
  EXPECT_EQ(NextDueNs("node-1", first, first + kPeriod + 1, kPeriod), first + 2 * kPeriod);
}

TEST(NextDueTest, IsSoonWhereTheKubeletTellsNoRates) {
  constexpr int64_t kSecondNs = 1'000'000'000;
  // In time for a first usage in two seconds, and all within the 15 s after which upstream has it.
  EXPECT_EQ(HastyDueNs(0, 7 * kSecondNs, 8 * kSecondNs, 15 * kSecondNs), 8 * kSecondNs);
  EXPECT_EQ(HastyDueNs(1, 8 * kSecondNs, 9 * kSecondNs, 15 * kSecondNs), 12 * kSecondNs);
  EXPECT_EQ(HastyDueNs(2, 12 * kSecondNs, 13 * kSecondNs, 60 * kSecondNs), 17 * kSecondNs);
  EXPECT_EQ(HastyDueNs(3, 17 * kSecondNs, 18 * kSecondNs, 9 * kSecondNs), 20 * kSecondNs);
  EXPECT_EQ(HastyDueNs(4, 20 * kSecondNs, 21 * kSecondNs, 15 * kSecondNs), std::nullopt);
  EXPECT_EQ(HastyDueNs(0, 7 * kSecondNs, 20 * kSecondNs, 15 * kSecondNs), 20 * kSecondNs);
}

TEST(NextDueTest, SpreadsNodesEvenly) {
  constexpr int64_t kPeriod = 15'000'000'000;
  std::array<int, 5> nodes_in{};
  for (int i = 0; i < 1000; ++i) {
    const int64_t due = NextDueNs(fmt::format("ip-10-0-{}-{}.internal", i / 100, i), 0, 0, kPeriod);
    ++nodes_in[static_cast<size_t>((due - kPeriod / 2) * 5 / kPeriod)];
  }
  for (const int nodes : nodes_in) EXPECT_NEAR(nodes, 200, 80);
}

}  // namespace
}  // namespace kubegauge::scraper
