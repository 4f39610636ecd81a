#pragma once

#include <cstdint>
#include <vector>

#include "autoscaler/hpa.h"
#include "autoscaler/tuning.h"

namespace kubegauge::autoscaler {

// One direction of an HPA's behavior, with the API's defaults for what is not set (hpa.md 12.1,
// 17.1).
struct EffectiveRules {
  enum class Select : uint8_t { kMax, kMin, kDisabled };
  enum class PolicyKind : uint8_t { kUnknown, kPods, kPercent };
  struct Policy {
    PolicyKind kind = PolicyKind::kUnknown;
    int32_t value = 0;
    int64_t period_ns = 0;
  };

  int64_t window_ns = 0;
  Select select = Select::kMax;
  std::vector<Policy> policies;
};

EffectiveRules ScaleUpRules(const Behavior& behavior);
EffectiveRules ScaleDownRules(const Behavior& behavior, const Tuning& tuning);

}  // namespace kubegauge::autoscaler
