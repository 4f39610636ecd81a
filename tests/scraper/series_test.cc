// The rules of wire.md C.6, with the vectors of G.3.

#include "scraper/series.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace kubegauge::scraper {
namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kSecond = 1'000 * kMs;
constexpr int64_t kStart = 100 * kSecond;
constexpr int64_t kResolution = 15 * kSecond;

UsagePoint At(int64_t timestamp_ns, uint64_t cpu_ns, int64_t start_time_ns = kStart) {
  return {.start_time_ns = start_time_ns,
          .timestamp_ns = timestamp_ns,
          .cpu_ns = cpu_ns,
          .working_set_bytes = 4096};
}

// What a container that gave these points in turn is served as.
absl::StatusOr<Usage> AfterPoints(const std::vector<UsagePoint>& points) {
  std::optional<Series> series;
  for (const UsagePoint& point : points) {
    series = AdvanceContainer(series ? &*series : nullptr, point, kResolution);
  }
  return ComputeUsage(*series);
}

struct RateCase {
  std::string name;
  std::vector<UsagePoint> points;
  uint64_t cpu_nanocores;
  int64_t window_ns;
};

class ServedRate : public ::testing::TestWithParam<RateCase> {};

TEST_P(ServedRate, IsTheUsageBetweenTwoPoints) {
  const absl::StatusOr<Usage> usage = AfterPoints(GetParam().points);
  ASSERT_TRUE(usage.ok()) << usage.status();
  EXPECT_EQ(usage->cpu_nanocores, GetParam().cpu_nanocores);
  EXPECT_EQ(usage->window_ns, GetParam().window_ns);
  EXPECT_EQ(usage->timestamp_ns, GetParam().points.back().timestamp_ns);
  EXPECT_EQ(usage->working_set_bytes, 4096u);
}

INSTANTIATE_TEST_SUITE_P(
    Vectors, ServedRate,
    ::testing::Values(
        RateCase{"TwoPoints",
                 {At(985 * kSecond, 11 * kSecond), At(1000 * kSecond, 12'500 * kMs)},
                 100'000'000,
                 15 * kSecond},
        RateCase{"TruncatesToWholeNanocores",
                 {At(985 * kSecond, 10 * kSecond), At(1000'062 * kMs, 10 * kSecond + 500)},
                 33,
                 15'062 * kMs},
        RateCase{"IdleContainer",
                 {At(985 * kSecond, 10 * kSecond), At(1000 * kSecond, 10 * kSecond)},
                 0,
                 15 * kSecond},
        RateCase{"RepeatedPointKeepsTheOlderOne",
                 {At(970 * kSecond, 10 * kSecond), At(985 * kSecond, 11'500 * kMs),
                  At(985 * kSecond, 11'500 * kMs)},
                 100'000'000,
                 15 * kSecond},
        RateCase{"OlderPointThanTheLastKeepsTheEarlierOne",
                 {At(970 * kSecond, 10 * kSecond), At(985 * kSecond, 12 * kSecond),
                  At(980 * kSecond, 11 * kSecond)},
                 100'000'000,
                 10 * kSecond},
        RateCase{"FreshContainerIsServedSinceItsStart",
                 {At(1000 * kSecond, 1'234'500'000, 1000 * kSecond - 12'345 * kMs)},
                 100'000'000,
                 12'345 * kMs},
        RateCase{"FreshContainerOfExactlyTenSeconds",
                 {At(1000 * kSecond, 1 * kSecond, 990 * kSecond)},
                 100'000'000,
                 10 * kSecond},
        RateCase{"RestartedButFresh",
                 {At(985 * kSecond, 500 * kSecond), At(1000 * kSecond, 6 * kSecond, 988 * kSecond)},
                 500'000'000,
                 12 * kSecond},
        RateCase{"UnknownStartCountsAsNotRestarted",
                 {At(985 * kSecond, 11 * kSecond, 0), At(1000 * kSecond, 12'500 * kMs, 0)},
                 100'000'000,
                 15 * kSecond}),
    [](const auto& info) { return info.param.name; });

struct UnservedCase {
  std::string name;
  std::vector<UsagePoint> points;
  absl::StatusCode code;
};

class Unserved : public ::testing::TestWithParam<UnservedCase> {};

TEST_P(Unserved, HasNoUsage) {
  EXPECT_EQ(AfterPoints(GetParam().points).status().code(), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Vectors, Unserved,
    ::testing::Values(
        UnservedCase{"FirstPoint", {At(1000 * kSecond, kSecond)}, absl::StatusCode::kNotFound},
        UnservedCase{"YoungerThanTenSeconds",
                     {At(1000 * kSecond, kSecond, 990'100 * kMs)},
                     absl::StatusCode::kNotFound},
        UnservedCase{"OlderThanTheResolution",
                     {At(1000 * kSecond, kSecond, 984 * kSecond)},
                     absl::StatusCode::kNotFound},
        UnservedCase{"ExactlyTheResolutionOld",
                     {At(1000 * kSecond, kSecond, 985 * kSecond)},
                     absl::StatusCode::kNotFound},
        UnservedCase{"RestartedAndTooYoung",
                     {At(985 * kSecond, 500 * kSecond), At(1000 * kSecond, kSecond, 995 * kSecond)},
                     absl::StatusCode::kNotFound},
        UnservedCase{"SamePointTwiceAndNoEarlierOne",
                     {At(985 * kSecond, kSecond), At(985 * kSecond, kSecond)},
                     absl::StatusCode::kNotFound},
        UnservedCase{"CounterWentBackwards",
                     {At(985 * kSecond, 10 * kSecond), At(1000 * kSecond, 9 * kSecond)},
                     absl::StatusCode::kDataLoss},
        UnservedCase{"OlderPointWithASmallerCounter",
                     {At(970 * kSecond, 10 * kSecond), At(985 * kSecond, 12 * kSecond),
                      At(980 * kSecond, 9 * kSecond)},
                     absl::StatusCode::kDataLoss},
        UnservedCase{
            "StartWentBackwards",
            {At(985 * kSecond, 10 * kSecond), At(1000 * kSecond, 11 * kSecond, kStart - 1)},
            absl::StatusCode::kDataLoss},
        UnservedCase{"CounterJumpedBeyondAnyMachine",
                     {At(985 * kSecond, 0), At(985 * kSecond + 1, UINT64_MAX)},
                     absl::StatusCode::kDataLoss}),
    [](const auto& info) { return info.param.name; });

TEST(NodeSeries, HasNoFreshRule) {
  const UsagePoint young = At(1000 * kSecond, kSecond, 988 * kSecond);
  EXPECT_FALSE(AdvanceNode(nullptr, young).has_previous());
}

TEST(NodeSeries, RecoversFromACounterThatWentBackwards) {
  const Series first = AdvanceNode(nullptr, At(100 * kSecond, 10 * kSecond));
  const Series reset = AdvanceNode(&first, At(115 * kSecond, 1 * kSecond));
  ASSERT_FALSE(ComputeUsage(reset).ok());
  const Series after = AdvanceNode(&reset, At(130 * kSecond, 2'500 * kMs));
  ASSERT_TRUE(ComputeUsage(after).ok());
  EXPECT_EQ(ComputeUsage(after)->cpu_nanocores, 100'000'000u);
}

}  // namespace
}  // namespace kubegauge::scraper
