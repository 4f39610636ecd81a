#pragma once

#include <cstdint>

#include "autoscaler/decide.h"

namespace kubegauge::autoscaler {

// The highest proposal, stabilised and limited (hpa.md 11, 12). Sets conditions, history and trace
// of `decision`.
int32_t NormalizeReplicas(const Hpa& hpa, int32_t desired, const Tuning& tuning, int64_t now_ns,
                          Decision& decision);

}  // namespace kubegauge::autoscaler
