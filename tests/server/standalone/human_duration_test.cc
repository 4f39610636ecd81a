#include "server/standalone/human_duration.h"

#include <gtest/gtest.h>

namespace kubegauge::server {
namespace {

constexpr int64_t kMinute = 60;
constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 86400;
constexpr int64_t kYear = 365 * kDay;

TEST(HumanDuration, ShowsWhatKubectlShows) {
  const struct {
    int64_t seconds;
    const char* text;
  } kCases[] = {
      {-5, "<invalid>"},
      {-2, "<invalid>"},
      {-1, "0s"},
      {0, "0s"},
      {119, "119s"},
      {2 * kMinute, "2m"},
      {2 * kMinute + 1, "2m1s"},
      {10 * kMinute - 1, "9m59s"},
      {10 * kMinute + 59, "10m"},
      {3 * kHour - 1, "179m"},
      {3 * kHour, "3h"},
      {7 * kHour + 59 * kMinute, "7h59m"},
      {8 * kHour + 59 * kMinute, "8h"},
      {2 * kDay - 1, "47h"},
      {2 * kDay, "2d"},
      {7 * kDay + 23 * kHour, "7d23h"},
      {8 * kDay + 23 * kHour, "8d"},
      {2 * kYear - 1, "729d"},
      {2 * kYear, "2y"},
      {2 * kYear + kDay, "2y1d"},
      {9 * kYear + 300 * kDay, "9y"},
  };
  for (const auto& [seconds, text] : kCases) EXPECT_EQ(HumanDuration(seconds), text) << seconds;
}

TEST(AgeCell, CountsFromTheCreation) {
  EXPECT_EQ(AgeCell(0, 5'000'000'000), "<unknown>");
  EXPECT_EQ(AgeCell(1'000'000'000, 5'999'999'999), "4s");
}

}  // namespace
}  // namespace kubegauge::server
