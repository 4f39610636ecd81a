#include "autoscaler/conditions.h"

#include <gtest/gtest.h>

#include <vector>

namespace kubegauge::autoscaler {
namespace {

// No rule of the API forbids two of a type; upstream looks at the first and sets that.
TEST(Conditions, TheFirstOfItsTypeCounts) {
  std::vector<HpaCondition> conditions = {{"ScaledToZero", "False", 1, "", ""},
                                          {"ScaledToZero", "True", 1, "", ""}};
  EXPECT_FALSE(IsConditionTrue(conditions, kScaledToZero));
  SetCondition(conditions, kScaledToZero, true, "ScaledToZero", "", 2);
  EXPECT_TRUE(IsConditionTrue(conditions, kScaledToZero));
  EXPECT_EQ(conditions[0].last_transition_ns, 2);
  EXPECT_EQ(conditions[1].last_transition_ns, 1);
  RemoveCondition(conditions, kScaledToZero);
  EXPECT_TRUE(conditions.empty());
  EXPECT_FALSE(IsConditionTrue(conditions, kScaledToZero));
}

}  // namespace
}  // namespace kubegauge::autoscaler
