// Stabilisation, policies and bounds: hpa.md 11, 12 and the vectors of 20.

#include <gtest/gtest.h>

#include <limits>

#include "autoscaler/replica_limits.h"
#include "autoscaler/scale_events.h"
#include "autoscaler/stabilization.h"
#include "tests/autoscaler/scene.h"

namespace kubegauge::autoscaler {
namespace {

using testing::kNow;
using testing::kSecond;
using Select = EffectiveRules::Select;
using PolicyKind = EffectiveRules::PolicyKind;

constexpr int64_t kMinute = 60 * kSecond;

struct Past {
  int32_t replicas;
  int64_t minutes_ago;
};

std::vector<Recommendation> RecommendationsOf(const std::vector<Past>& past) {
  std::vector<Recommendation> recommendations;
  for (const Past& entry : past) {
    recommendations.push_back({entry.replicas, kNow - entry.minutes_ago * kMinute});
  }
  return recommendations;
}

TEST(Stabilization, OfScaleDownTakesTheHighest) {
  struct Case {
    std::vector<Past> past;
    int32_t stabilized;
    size_t slot;  // of the new one
    size_t size;
  };
  const Case cases[] = {
      {{{4, 2}, {5, 1}}, 5, 2, 3},
      {{{10, 10}, {9, 9}}, 3, 1, 2},
      {{{10, 10}, {4, 1}, {5, 2}, {9, 9}}, 5, 3, 4},
      {{{9, 5}}, 9, 1, 2},  // exactly as old as the window
  };
  for (const Case& test : cases) {
    std::vector<Recommendation> recommendations = RecommendationsOf(test.past);
    const Stabilized stabilized = StabilizeDown(3, 5 * kMinute, kNow, recommendations);
    EXPECT_EQ(stabilized.replicas, test.stabilized);
    EXPECT_STREQ(stabilized.reason,
                 test.stabilized == 3 ? "ReadyForNewScale" : "ScaleDownStabilized");
    ASSERT_EQ(recommendations.size(), test.size);
    EXPECT_EQ(recommendations[test.slot], (Recommendation{3, kNow}));
  }
}

TEST(Stabilization, BothWaysHoldsWhatItCan) {
  struct Case {
    int32_t current;
    int32_t desired;
    int64_t up_s;
    int64_t down_s;
    std::vector<Past> past;
    int32_t stabilized;
    const char* reason;
  };
  const Case cases[] = {
      {100, 3, 0, 180, {{4, 2}, {5, 1}}, 5, "ScaleDownStabilized"},
      {1, 7, 300, 0, {{4, 2}, {5, 1}}, 4, "ScaleUpStabilized"},
      {2, 1, 300, 300, {{2, 100}, {3, 3}}, 2, "ScaleDownStabilized"},
      {2, 3, 300, 300, {{2, 100}, {1, 3}}, 2, "ScaleUpStabilized"},
      {2, 9, 0, 0, {{1, 0}, {99, 0}}, 9, "ReadyForNewScale"},
      {2, 9, 300, 300, {{1, 5}}, 9, "ReadyForNewScale"},  // exactly as old as the window
  };
  for (const Case& test : cases) {
    std::vector<Recommendation> recommendations = RecommendationsOf(test.past);
    const Stabilized stabilized = StabilizeBothWays(test.current, test.desired, test.up_s * kSecond,
                                                    test.down_s * kSecond, kNow, recommendations);
    EXPECT_EQ(stabilized.replicas, test.stabilized);
    EXPECT_STREQ(stabilized.reason, test.reason);
  }
}

TEST(Stabilization, TellsWhenTheNewestOfWhatItHoldsToLeavesItsWindow) {
  struct Case {
    int32_t current;
    int32_t desired;
    std::vector<Past> past;
    std::optional<int64_t> minutes_left;
  };
  // 5 minutes up, 10 down.
  const Case cases[] = {
      {4, 4, {{9, 1}}, std::nullopt},        // nothing is held back
      {9, 3, {{9, 7}, {9, 2}, {4, 1}}, 8},   // down, by the newer of two
      {6, 3, {{9, 7}, {5, 1}}, 3},           // down, and what asks for more counts too
      {9, 3, {{9, 7}, {5, 1}, {9, 30}}, 3},  // what is outdated does not
      {3, 9, {{3, 4}, {2, 1}, {5, 0}}, 4},   // up
      {3, 9, {{5, 3}, {3, 6}}, 2},           // up, past the outdated one
  };
  for (const Case& test : cases) {
    std::vector<Recommendation> recommendations = RecommendationsOf(test.past);
    const Stabilized stabilized = StabilizeBothWays(test.current, test.desired, 5 * kMinute,
                                                    10 * kMinute, kNow, recommendations);
    const auto until_ns = [&](int64_t minutes) { return kNow + minutes * kMinute; };
    EXPECT_EQ(stabilized.until_ns,
              (test.minutes_left ? std::optional(until_ns(*test.minutes_left)) : std::nullopt))
        << test.current << " " << test.desired;
  }
  std::vector<Recommendation> recommendations = RecommendationsOf({{4, 1}, {7, 4}, {7, 9}});
  EXPECT_EQ(StabilizeDown(3, 5 * kMinute, kNow, recommendations).until_ns, kNow + kMinute);
}

TEST(Stabilization, HoldsInAWindowThatEndsAfterAllTime) {
  constexpr int64_t kForever = std::numeric_limits<int64_t>::max();
  std::vector<Recommendation> recommendations = RecommendationsOf({{7, 4}});
  const Stabilized stabilized = StabilizeDown(3, kForever, kNow, recommendations);
  EXPECT_EQ(stabilized.replicas, 7);
  EXPECT_EQ(stabilized.until_ns, kForever);
}

TEST(Stabilization, SlotsOlderThanBothWindowsAreReused) {
  std::vector<Recommendation> recommendations = RecommendationsOf({{1, 9}, {2, 8}, {3, 4}});
  StabilizeBothWays(5, 5, kMinute, 5 * kMinute, kNow, recommendations);
  EXPECT_EQ(recommendations.size(), 3u);
  EXPECT_EQ(recommendations[1], (Recommendation{5, kNow}));
  StabilizeBothWays(5, 6, kMinute, 10 * kMinute, kNow, recommendations);
  EXPECT_EQ(recommendations.size(), 4u);
}

EffectiveRules Rules(Select select, std::vector<EffectiveRules::Policy> policies) {
  return {.select = select, .policies = std::move(policies)};
}
EffectiveRules Pods(int32_t value, int64_t seconds) {
  return Rules(Select::kMax, {{PolicyKind::kPods, value, seconds * kSecond}});
}
EffectiveRules Percent(int32_t value, int64_t seconds) {
  return Rules(Select::kMax, {{PolicyKind::kPercent, value, seconds * kSecond}});
}
History Changes(int32_t ups, int32_t downs) {
  return {.scale_ups = {{.change = ups, .time_ns = kNow - kSecond}},
          .scale_downs = {{.change = downs, .time_ns = kNow - kSecond}}};
}

TEST(ScalingPolicies, LimitScaleUp) {
  const EffectiveRules defaults = ScaleUpRules(Behavior());
  struct Case {
    EffectiveRules up;
    int32_t current;
    History history;
    int32_t limit;
  };
  const Case cases[] = {
      {defaults, 10, {}, 20},
      {defaults, 1, {}, 5},
      {Pods(150, 120), 100, Changes(15, 0), 235},
      {Percent(200, 120), 100, Changes(15, 0), 255},
      {Pods(5, 120), 100, Changes(15, 0), 90},
      {Percent(300, 300), 6, Changes(4, 2), 16},
      {Percent(10, 60), 50, {}, 56},  // 50 * 1.1 is 55.00000000000001
      {Percent(12, 60), 25, {}, 29},
      {Rules(Select::kDisabled, {{PolicyKind::kPods, 9, kSecond}}), 7, {}, 7},
      {Rules(Select::kMin, {{PolicyKind::kPods, 9, kSecond}, {PolicyKind::kPercent, 50, kSecond}}),
       10,
       {},
       15},
      {Rules(Select::kMax, {}), 7, {}, std::numeric_limits<int32_t>::min()},
      // Upstream's sum wraps.
      {Pods(std::numeric_limits<int32_t>::max(), 60), 1, {}, std::numeric_limits<int32_t>::min()},
      {Percent(std::numeric_limits<int32_t>::max(), 60),
       200,
       {},
       std::numeric_limits<int32_t>::max()},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(ScaleUpLimit(test.current, test.up, test.history, kNow), test.limit);
  }
}

TEST(ScalingPolicies, LimitScaleDown) {
  struct Case {
    EffectiveRules down;
    int32_t current;
    History history;
    int32_t limit;
  };
  const Case cases[] = {
      {Percent(50, 120), 100, Changes(0, 12), 56},
      {Percent(50, 180), 10, Changes(2, 4), 6},
      {Percent(10, 120), 100, Changes(0, 30), 117},
      {Percent(80, 60), 10, {}, 1},  // 10 * (1 - 0.8) is 1.9999999999999996
      {Percent(90, 60), 10, {}, 0},
      {Percent(90, 60), 20, {}, 1},
      {Percent(1000, 60), 10, {}, -90},
      {Pods(4, 60), 10, {}, 6},
      {Rules(Select::kDisabled, {}), 7, {}, 7},
      {Rules(Select::kMin, {{PolicyKind::kPods, 2, kSecond}, {PolicyKind::kPercent, 50, kSecond}}),
       10,
       {},
       8},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(ScaleDownLimit(test.current, test.down, test.history, kNow), test.limit);
  }
}

TEST(ScalingPolicies, ChangesCountWhileTheyAreYoungerThanThePeriod) {
  const History history{.scale_ups = {{.change = 3, .time_ns = kNow - 60 * kSecond},
                                      {.change = 2, .time_ns = kNow - 60 * kSecond + 1}}};
  EXPECT_EQ(ScaleUpLimit(10, Pods(4, 60), history, kNow), 12);
}

TEST(ReplicaLimits, WithBehavior) {
  const EffectiveRules up = ScaleUpRules(Behavior());
  struct Case {
    int32_t current;
    int32_t desired;
    ReplicaBounds bounds;
    EffectiveRules down;
    History history;
    int32_t replicas;
    const char* reason;
  };
  const Case cases[] = {
      {10, 50, {1, 100}, Percent(100, 15), {}, 20, "ScaleUpLimit"},
      {10, 50, {1, 20}, Percent(100, 15), {}, 20, "TooManyReplicas"},
      {100, 5, {1, 200}, Percent(10, 120), Changes(0, 30), 100, "ScaleDownLimit"},
      {10, 5, {1, 100}, Percent(1000, 60), {}, 5, "DesiredWithinRange"},
      {10, 0, {2, 100}, Percent(100, 60), {}, 2, "TooFewReplicas"},
      {10, 10, {20, 5}, Percent(100, 60), {}, 10, "DesiredWithinRange"},
  };
  for (const Case& test : cases) {
    const Limited limited =
        LimitByPolicies(test.current, test.desired, test.bounds, up, test.down, test.history, kNow);
    EXPECT_EQ(limited.replicas, test.replicas);
    EXPECT_STREQ(limited.reason, test.reason);
  }
}

TEST(ReplicaLimits, WithoutBehavior) {
  struct Case {
    int32_t current;
    int32_t desired;
    ReplicaBounds bounds;
    int32_t replicas;
    const char* reason;
  };
  const Case cases[] = {
      {3, 100, {1, 50}, 6, "ScaleUpLimit"},     {1, 100, {1, 50}, 4, "ScaleUpLimit"},
      {2, 9, {1, 4}, 4, "TooManyReplicas"},     {3, 0, {2, 50}, 2, "TooFewReplicas"},
      {3, 5, {2, 50}, 5, "DesiredWithinRange"}, {3, 6, {2, 50}, 6, "DesiredWithinRange"},
  };
  for (const Case& test : cases) {
    const Limited limited = LimitPlainly(test.current, test.desired, test.bounds);
    EXPECT_EQ(limited.replicas, test.replicas);
    EXPECT_STREQ(limited.reason, test.reason);
  }
}

TEST(ScaleEvents, TakeTheLastOutdatedSlot) {
  Behavior behavior;
  behavior.scale_up = ScalingRules{.policies = std::vector<ScalingPolicy>{{"Pods", 4, 60}}};
  History history{.scale_ups = {{.change = 1, .time_ns = kNow - 100 * kSecond},
                                {.change = 2, .time_ns = kNow - 61 * kSecond},
                                {.change = 3, .time_ns = kNow - 60 * kSecond}}};
  RecordScaleEvent(behavior, 5, 9, Tuning(), kNow, history);
  EXPECT_EQ(history.scale_ups, (std::vector<ScaleEvent>{
                                   {.change = 1, .time_ns = kNow - 100 * kSecond, .outdated = true},
                                   {.change = 4, .time_ns = kNow},
                                   {.change = 3, .time_ns = kNow - 60 * kSecond}}));
  RecordScaleEvent(behavior, 9, 2, Tuning(), kNow, history);
  EXPECT_EQ(history.scale_downs, (std::vector<ScaleEvent>{{.change = 7, .time_ns = kNow}}));
}

}  // namespace
}  // namespace kubegauge::autoscaler
