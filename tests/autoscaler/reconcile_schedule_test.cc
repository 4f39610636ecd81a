#include "autoscaler/reconcile_schedule.h"

#include <gmock/gmock.h>

#include <map>
#include <string>

namespace kubegauge::autoscaler {
namespace {

TEST(ReconcileScheduleTest, TheEarliestTimeCounts) {
  const HpaName a{"shop", "a"};
  const HpaName b{"shop", "b"};
  const HpaName never{"shop", "never"};
  ReconcileSchedule schedule;
  EXPECT_EQ(schedule.NextDue(), std::nullopt);
  schedule.ScheduleBy(a, 30);
  schedule.ScheduleBy(b, 20);
  schedule.ScheduleBy(a, 10);
  schedule.ScheduleBy(a, 40);
  EXPECT_EQ(schedule.NextDue(), 10);
  EXPECT_EQ(schedule.PopDue(9), nullptr);
  EXPECT_EQ(schedule.PopDue(25), &a);
  EXPECT_EQ(schedule.PopDue(25), &b);
  EXPECT_EQ(schedule.PopDue(25), nullptr);
  EXPECT_EQ(schedule.size(), 0u);
  schedule.ScheduleBy(a, 40);
  EXPECT_EQ(schedule.NextDue(), 40) << "one that was taken may come again later";
  schedule.Remove(a);
  schedule.Remove(never);
  EXPECT_EQ(schedule.NextDue(), std::nullopt);
}

TEST(ReconcileScheduleTest, ThoseDueAtOneTimeComeInTheOrderOfTheirNames) {
  const HpaName names[] = {{"b", "a"}, {"a", "b"}, {"a", "a"}};
  ReconcileSchedule schedule;
  for (const HpaName& name : names) schedule.ScheduleBy(name, 5);
  EXPECT_EQ(schedule.PopDue(5), &names[2]);
  EXPECT_EQ(schedule.PopDue(5), &names[1]);
  EXPECT_EQ(schedule.PopDue(5), &names[0]);
}

TEST(SpreadDelayTest, SpreadsKeysEvenlyOverThePeriod) {
  std::map<int64_t, int> keys_of_tenth;
  for (int i = 0; i < 10'000; ++i) {
    const int64_t delay =
        SpreadDelay({"team-" + std::to_string(i % 10), "web-" + std::to_string(i)}, 1'000'000);
    ASSERT_GT(delay, 0);
    ASSERT_LE(delay, 1'000'000);
    ++keys_of_tenth[(delay - 1) / 100'000];
  }
  for (const auto& [tenth, keys] : keys_of_tenth) EXPECT_NEAR(keys, 1000, 150) << tenth;
}

}  // namespace
}  // namespace kubegauge::autoscaler
