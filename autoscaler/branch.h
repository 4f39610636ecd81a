#pragma once

#include <cstdint>

#include "autoscaler/hpa.h"
#include "autoscaler/observation.h"
#include "autoscaler/trace.h"
#include "autoscaler/tuning.h"

namespace kubegauge::autoscaler {

// What a decision starts from (hpa.md 3 step 6, 4).

int32_t MinReplicas(const HpaSpec& spec);

// Whether the HPA itself scaled its target to zero.
bool WasScaledToZero(const Hpa& hpa, const Tuning& tuning);

// Metrics that can be measured without a pod.
bool HasObjectOrExternalMetric(const HpaSpec& spec);

DecisionTrace::Branch BranchOf(const Hpa& hpa, const ScaleReading& scale, const Tuning& tuning);

}  // namespace kubegauge::autoscaler
