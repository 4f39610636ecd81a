#pragma once

#include <cstdint>

#include "autoscaler/history.h"
#include "autoscaler/scaling_rules.h"

namespace kubegauge::autoscaler {

struct ReplicaBounds {
  int32_t min = 1;
  int32_t max = 0;
};

struct Limited {
  int32_t replicas = 0;
  // Of the condition ScalingLimited.
  const char* reason = "";
  const char* message = "";
};

// Bounds and at most doubling, without behavior (hpa.md 11.3).
Limited LimitPlainly(int32_t current, int32_t desired, ReplicaBounds bounds);

// Bounds and the policies of both directions (hpa.md 12.3, 12.4).
Limited LimitByPolicies(int32_t current, int32_t desired, ReplicaBounds bounds,
                        const EffectiveRules& up, const EffectiveRules& down,
                        const History& history, int64_t now_ns);

// How far the policies allow to go from `current` (hpa.md 12.3).
int32_t ScaleUpLimit(int32_t current, const EffectiveRules& up, const History& history,
                     int64_t now_ns);
int32_t ScaleDownLimit(int32_t current, const EffectiveRules& down, const History& history,
                       int64_t now_ns);

}  // namespace kubegauge::autoscaler
