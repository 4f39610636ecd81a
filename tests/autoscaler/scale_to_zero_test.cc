// What brings a target of no replicas back, and what leaves the mark for that. hpa.md 4, 16.

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "autoscaler/decide.h"
#include "tests/autoscaler/scene.h"

namespace kubegauge::autoscaler {
namespace {

using testing::ConditionText;
using testing::ExternalMetric;
using testing::FindCondition;
using testing::kNow;
using testing::kSecond;
using testing::ResourceUtilization;
using testing::Scene;

struct ZeroCase {
  const char* what;
  bool gate;
  const char* scaled_to_zero;  // the condition's status; "" for none
  int32_t min;
  bool external;  // else cpu
  int64_t milli;
  std::optional<int32_t> scaled_to;
  DecisionTrace::Branch branch;
};

TEST(ScaleToZero, ComesBackOnlyFromWhereTheHpaWent) {
  using Branch = DecisionTrace::Branch;
  const ZeroCase cases[] = {
      {"it went itself", true, "True", 0, true, 5000, 4, Branch::kMetrics},
      {"and there is still nothing to do", true, "True", 0, true, 0, {}, Branch::kMetrics},
      {"somebody else did it", true, "", 0, true, 5000, {}, Branch::kDisabled},
      {"somebody else did it after it came back",
       true,
       "False",
       0,
       true,
       5000,
       {},
       Branch::kDisabled},
      {"cpu cannot bring it back", true, "True", 0, false, 5000, {}, Branch::kDisabled},
      {"the minimum was raised", true, "True", 3, true, 0, 3, Branch::kMetrics},
      {"the minimum was raised, and there is more to do", true, "True", 2, true, 3500, 4,
       Branch::kMetrics},
      {"the gate is off", false, "True", 0, true, 5000, {}, Branch::kDisabled},
  };
  for (const ZeroCase& test : cases) {
    Scene scene(
        {test.external ? ExternalMetric("AverageValue", 1000) : ResourceUtilization("cpu", 50)}, 0);
    scene.tuning.scale_to_zero = test.gate;
    scene.hpa.spec.min_replicas = test.min;
    if (*test.scaled_to_zero != '\0') {
      scene.hpa.status.conditions = {{"ScaledToZero", test.scaled_to_zero, kNow, "", ""}};
    }
    scene.observation.metrics = {std::vector<int64_t>{test.milli}};
    EXPECT_EQ(MetricsNeeded(scene.hpa, scene.observation.scale, scene.tuning),
              test.branch == Branch::kMetrics);
    const Outcome outcome = scene.Reconcile();
    EXPECT_EQ(outcome.trace.branch, test.branch) << test.what;
    EXPECT_EQ(outcome.scaled_to, test.scaled_to) << test.what;
    if (test.branch == Branch::kDisabled) {
      EXPECT_EQ(ConditionText(*outcome.status, "ScalingActive"), "False ScalingDisabled");
      EXPECT_EQ(FindCondition(*outcome.status, "ScaledToZero") != nullptr,
                test.gate && *test.scaled_to_zero != '\0')
          << test.what;
    }
    if (test.scaled_to) {
      EXPECT_EQ(ConditionText(*outcome.status, "ScaledToZero"), "False NotScaledToZero");
    }
  }
}

TEST(ScaleToZero, LeavesItsMark) {
  for (const bool gate : {true, false}) {
    Scene scene({ExternalMetric("AverageValue", 1000)}, 1, {{}});
    scene.tuning = {.downscale_stabilization_ns = 0, .scale_to_zero = gate};
    scene.hpa.spec.min_replicas = 0;
    scene.observation.metrics = {std::vector<int64_t>{0}};
    scene.Reconcile();
    scene.now_ns += kSecond;
    scene.Reconcile();
    EXPECT_EQ(scene.scale().spec_replicas, 0);
    EXPECT_EQ(ConditionText(scene.hpa.status, "ScaledToZero"), gate ? "True ScaledToZero" : "");
  }
}

}  // namespace
}  // namespace kubegauge::autoscaler
