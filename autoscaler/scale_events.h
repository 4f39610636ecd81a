#pragma once

#include <cstdint>

#include "autoscaler/history.h"
#include "autoscaler/hpa.h"
#include "autoscaler/tuning.h"

namespace kubegauge::autoscaler {

// Remembers a scale that was written, for the policies (hpa.md 12.5).
void RecordScaleEvent(const Behavior& behavior, int32_t before, int32_t after, const Tuning& tuning,
                      int64_t now_ns, History& history);

}  // namespace kubegauge::autoscaler
