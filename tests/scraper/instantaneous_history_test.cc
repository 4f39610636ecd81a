#include "scraper/instantaneous_history.h"

#include <gtest/gtest.h>

#include <optional>

#include "scraper/node_points.h"
#include "tests/scraper/sample_builder.h"

namespace kubegauge::scraper {
namespace {

using ::kubegauge::testing::MakeSample;
using ::kubegauge::testing::Point;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kResolutionNs = 15 * kSecondNs;

// A node with one pod of one container, whose kubelet tells both rates.
Sample RatesOf(uint64_t node_nanocores, std::optional<uint64_t> container_nanocores) {
  Sample rates = MakeSample(std::nullopt, {{"ns", "pod", {{"app", std::nullopt}}}});
  rates.node_instantaneous_nanocores = node_nanocores;
  rates.containers[0].instantaneous_nanocores = container_nanocores;
  return rates;
}

std::shared_ptr<const NodePoints> Apply(const NodePoints* old, const Sample& sample) {
  return Advance(old, sample, kResolutionNs,
                 [](std::string_view, std::string_view) { return nullptr; });
}

TEST(InstantaneousHistoryTest, ServesTheKubeletsRatesAfterOneScrape) {
  const Sample sample =
      MakeSample(Point(1000, 90'000), {{"ns", "pod", {{"app", Point(998, 50'000, 7)}}}});
  Sample history;
  FillInstantaneousHistory(sample, RatesOf(1'234'567'891, 250'000'001), history);
  const auto points = Apply(Apply(nullptr, history).get(), sample);

  const Usage node = *ComputeUsage(*points->node);
  EXPECT_EQ(node.cpu_nanocores, 1'234'567'891u);
  EXPECT_EQ(node.timestamp_ns, 1000 * kSecondNs);
  EXPECT_EQ(node.window_ns, 10 * kSecondNs);
  PodUsage pod;
  ASSERT_TRUE(ComputePodUsage(*points, 0, pod));
  EXPECT_EQ(pod.containers[0].usage.cpu_nanocores, 250'000'001u);
  EXPECT_EQ(pod.containers[0].usage.working_set_bytes, 7u << 20);
  EXPECT_EQ(pod.timestamp_ns, 998 * kSecondNs);
}

TEST(InstantaneousHistoryTest, TheNextScrapeIsPairedWithTheFirstRealPoint) {
  const Sample first =
      MakeSample(Point(1000, 90'000), {{"ns", "pod", {{"app", Point(1000, 50'000)}}}});
  const Sample second =
      MakeSample(Point(1015, 93'000), {{"ns", "pod", {{"app", Point(1015, 56'000)}}}});
  Sample history;
  FillInstantaneousHistory(first, RatesOf(3'900'000'000, 3'900'000'000), history);
  const auto points = Apply(Apply(Apply(nullptr, history).get(), first).get(), second);

  EXPECT_EQ(ComputeUsage(*points->node)->cpu_nanocores, 200'000'000u);
  EXPECT_EQ(ComputeUsage(*points->node)->window_ns, 15 * kSecondNs);
  PodUsage pod;
  ASSERT_TRUE(ComputePodUsage(*points, 0, pod));
  EXPECT_EQ(pod.containers[0].usage.cpu_nanocores, 400'000'000u);
}

TEST(InstantaneousHistoryTest, LeavesOutWhatHasNoRateOrIsYounger) {
  UsagePoint young = Point(1000, 50'000);
  young.start_time_ns = 995 * kSecondNs;
  const Sample old_container =
      MakeSample(Point(1000, 90'000), {{"ns", "pod", {{"app", Point(1000, 50'000)}}}});
  const Sample young_container = MakeSample(Point(1000, 90'000), {{"ns", "pod", {{"app", young}}}});
  Sample history;
  FillInstantaneousHistory(old_container, RatesOf(1, std::nullopt), history);
  EXPECT_TRUE(history.pods.empty());
  FillInstantaneousHistory(young_container, RatesOf(1, 1'000'000), history);
  EXPECT_TRUE(history.pods.empty());
  FillInstantaneousHistory(old_container, Sample(), history);
  EXPECT_TRUE(history.pods.empty());
  EXPECT_FALSE(history.node);
}

TEST(InstantaneousHistoryTest, BelievesARateOfZeroOfWhatHasAlwaysBeenIdle) {
  const struct {
    int64_t age_s;
    uint64_t cpu_ms;
    bool served;
  } cases[] = {{3600, 3599, true}, {3600, 3600, false}, {60, 59, true}, {59, 1, false}};
  for (const auto& test : cases) {
    UsagePoint point = Point(10'000, test.cpu_ms, 7);
    point.start_time_ns = (10'000 - test.age_s) * kSecondNs;
    const Sample sample = MakeSample(Point(10'000, 90'000), {{"ns", "pod", {{"app", point}}}});
    Sample history;
    FillInstantaneousHistory(sample, RatesOf(0, 0), history);
    EXPECT_FALSE(history.node);
    const auto points = Apply(Apply(nullptr, history).get(), sample);
    PodUsage pod;
    ASSERT_EQ(ComputePodUsage(*points, 0, pod), test.served) << test.age_s << " " << test.cpu_ms;
    if (!test.served) continue;
    EXPECT_EQ(pod.containers[0].usage.cpu_nanocores, 0u);
    EXPECT_EQ(pod.containers[0].usage.working_set_bytes, 7u << 20);
    EXPECT_EQ(pod.window_ns, 10 * kSecondNs);
  }
}

TEST(InstantaneousHistoryTest, NoCounterGoesBelowZero) {
  const Sample sample =
      MakeSample(Point(1000, 90'000), {{"ns", "pod", {{"app", Point(1000, 5'000)}}}});
  Sample history;
  FillInstantaneousHistory(sample, RatesOf(UINT64_MAX, 900'000'000), history);
  EXPECT_EQ(history.node->cpu_ns, 0u);
  EXPECT_EQ(history.containers[0].point->cpu_ns, 0u);
}

}  // namespace
}  // namespace kubegauge::scraper
