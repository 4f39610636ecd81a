#pragma once

#include <string>

#include "autoscaler/hpa.h"

namespace kubegauge::autoscaler {

// "Deployment/default/web", as upstream's errors name the target.
std::string TargetReference(const Hpa& hpa);

}  // namespace kubegauge::autoscaler
