#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "autoscaler/decision.h"
#include "autoscaler/history.h"
#include "autoscaler/hpa.h"

namespace kubegauge::autoscaler {

// An API server takes no HPA into autoscaling/v2 that breaks its rules (hpa.md 17.2), and a
// decision relies on them: with a target of 0 any use would ask for all replicas. Of HPAs that are
// kept elsewhere, where a schema holds most of the rules but not all, these are checked before each
// decision.

// What breaks the rules of Kubernetes 1.36, in its words; empty for none. Where the gate
// HPAScaleToZero is off, a minimum of 0 may be of a time when it was on, and is let be.
std::string SpecFault(const HpaSpec& spec);

// The decision about an HPA with such a fault: to do nothing but say so, by ScalingActive=False
// with the reason InvalidSpec and an event.
Decision RefuseSpec(const Hpa& hpa, std::string_view fault, const History& history, int64_t now_ns);

}  // namespace kubegauge::autoscaler
