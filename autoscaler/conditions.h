#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "autoscaler/hpa.h"

namespace kubegauge::autoscaler {

// The conditions of an HPA's status (hpa.md 15).

inline constexpr char kAbleToScale[] = "AbleToScale";
inline constexpr char kScalingActive[] = "ScalingActive";
inline constexpr char kScalingLimited[] = "ScalingLimited";
inline constexpr char kScaledToZero[] = "ScaledToZero";

// Sets or appends the condition. Its time moves only where its status does.
void SetCondition(std::vector<HpaCondition>& conditions, std::string_view type, bool status,
                  std::string_view reason, std::string_view message, int64_t now_ns);

void RemoveCondition(std::vector<HpaCondition>& conditions, std::string_view type);

// Of the first condition of the type, where a careless client stored several.
bool IsConditionTrue(const std::vector<HpaCondition>& conditions, std::string_view type);

}  // namespace kubegauge::autoscaler
