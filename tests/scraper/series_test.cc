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
        // As when the node's agent began anew, which is sure of no start then.
        RateCase{"StartBecameUnknown",
                 {At(985 * kSecond, 11 * kSecond), At(1000 * kSecond, 12'500 * kMs, 0)},
                 100'000'000,
                 15 * kSecond},
        RateCase{"StartBecameKnown",
                 {At(985 * kSecond, 11 * kSecond, 0), At(1000 * kSecond, 12'500 * kMs)},
                 100'000'000,
                 15 * kSecond},
        // As when the node was asked for /metrics/resource before and for /stats/summary now.
        RateCase{"StartLostItsFraction",
                 {At(985 * kSecond, 11 * kSecond, kStart + 999 * kMs),
                  At(1000 * kSecond, 12'500 * kMs, kStart)},
                 100'000'000,
                 15 * kSecond},
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
            {At(985 * kSecond, 10 * kSecond), At(1000 * kSecond, 11 * kSecond, kStart - kSecond)},
            absl::StatusCode::kDataLoss},
        UnservedCase{"StartBecameUnknownAndTheCounterBeganAnew",
                     {At(985 * kSecond, 10 * kSecond), At(1000 * kSecond, kSecond, 0)},
                     absl::StatusCode::kDataLoss},
        UnservedCase{"StartAfterOneBeforeAllTimeAndASmallerCounter",
                     {At(985 * kSecond, 10 * kSecond, INT64_MIN), At(1000 * kSecond, kSecond, 1)},
                     absl::StatusCode::kDataLoss},
        UnservedCase{"TimeBeyondWhatIsCounted",
                     {At(INT64_MIN + 1, 0, INT64_MIN), At(INT64_MAX, kSecond, INT64_MIN)},
                     absl::StatusCode::kDataLoss},
        UnservedCase{"TimeThatMeansNone",
                     {At(INT64_MIN, 0, 0), At(985 * kSecond, kSecond, 0)},
                     absl::StatusCode::kNotFound},
        UnservedCase{"StartBeforeAllTime",
                     {At(985 * kSecond, kSecond, INT64_MIN)},
                     absl::StatusCode::kNotFound},
        UnservedCase{
            "StartAfterAllTime",
            {At(985 * kSecond, kSecond, INT64_MAX), At(1000 * kSecond, kSecond, INT64_MAX)},
            absl::StatusCode::kNotFound},
        UnservedCase{"CounterJumpedBeyondAnyMachine",
                     {At(985 * kSecond, 0), At(985 * kSecond + 1, UINT64_MAX)},
                     absl::StatusCode::kDataLoss}),
    [](const auto& info) { return info.param.name; });

// The largest of everything that still is a rate.
TEST(Series, ServesTheLongestWindowAndTheLargestCounter) {
  const auto usage = AfterPoints({At(1, 0, 0), At(INT64_MAX, UINT64_MAX, 0)});
  ASSERT_TRUE(usage.ok()) << usage.status();
  EXPECT_EQ(usage->window_ns, INT64_MAX - 1);
  EXPECT_EQ(usage->cpu_nanocores, 1'999'999'999u) << "as upstream's doubles have it";
}

struct IdentifiedPoint {
  uint32_t identity;
  UsagePoint point;
};

// What a container is served as whose source tells which one it is.
absl::StatusOr<Usage> AfterIdentifiedPoints(const std::vector<IdentifiedPoint>& points) {
  std::optional<Series> series;
  for (const auto& [identity, point] : points) {
    series = AdvanceContainer(series ? &*series : nullptr, point, kResolution, identity);
  }
  return ComputeUsage(*series);
}

TEST(IdentifiedSeries, ContainerThatWasThereBeforeIsNotFreshHoweverItsStartLooks) {
  // The clock was set back by an hour, so that a container of an hour seems to be of 12 s.
  const int64_t start = 7200 * kSecond;
  const IdentifiedPoint before{1, At(start + 3585 * kSecond, 3585 * kSecond, start)};
  const IdentifiedPoint after{1, At(start + 12 * kSecond, 3600 * kSecond, start)};
  EXPECT_FALSE(AfterIdentifiedPoints({before, after}).ok()) << "not 300 cores";
  const IdentifiedPoint next{1, At(start + 14 * kSecond, 3602 * kSecond, start)};
  EXPECT_EQ(AfterIdentifiedPoints({before, after, next})->cpu_nanocores, 1'000'000'000u);
}

TEST(IdentifiedSeries, SecondPointOfAYoungContainerIsPairedWithItsFirst) {
  const auto usage = AfterIdentifiedPoints({{1, At(1005 * kSecond, 1 * kSecond, 1000 * kSecond)},
                                            {1, At(1012 * kSecond, 8 * kSecond, 1000 * kSecond)}});
  ASSERT_TRUE(usage.ok()) << usage.status();
  EXPECT_EQ(usage->window_ns, 7 * kSecond);
  EXPECT_EQ(usage->cpu_nanocores, 1'000'000'000u);
}

TEST(IdentifiedSeries, AnotherIdentityIsAnotherContainer) {
  const IdentifiedPoint old{1, At(985 * kSecond, kSecond, 0)};
  EXPECT_FALSE(
      AfterIdentifiedPoints({old, {2, At(1000 * kSecond, 9 * kSecond, 984 * kSecond)}}).ok())
      << "it started before the old one was read last, and is another all the same";
  EXPECT_FALSE(AfterIdentifiedPoints({old, {2, At(1000 * kSecond, 9 * kSecond, 0)}}).ok())
      << "nothing is known of its start, nor was of the old one's";
  const auto fresh =
      AfterIdentifiedPoints({old, {2, At(1000 * kSecond, 6 * kSecond, 988 * kSecond)}});
  ASSERT_TRUE(fresh.ok()) << fresh.status();
  EXPECT_EQ(fresh->window_ns, 12 * kSecond);
}

TEST(IdentifiedSeries, UnknownStartStaysTheSameContainer) {
  const auto usage = AfterIdentifiedPoints(
      {{1, At(985 * kSecond, 11 * kSecond, 0)}, {1, At(1000 * kSecond, 12'500 * kMs, 0)}});
  ASSERT_TRUE(usage.ok()) << usage.status();
  EXPECT_EQ(usage->cpu_nanocores, 100'000'000u);
}

// wire.md C.6, rule 1: whatever was known before.
TEST(KubeletSeries, YoungContainerIsServedSinceItsStartThoughItHasAPoint) {
  const auto usage = AfterPoints({At(1005 * kSecond, 1 * kSecond, 1000 * kSecond),
                                  At(1012 * kSecond, 6 * kSecond, 1000 * kSecond)});
  ASSERT_TRUE(usage.ok()) << usage.status();
  EXPECT_EQ(usage->window_ns, 12 * kSecond);
}

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
