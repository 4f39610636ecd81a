#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "autoscaler/decision.h"

namespace kubegauge::server::replay {

// Where a step's outcome is not what was expected: "scaledTo: expected 5, got 4". An expectation
// that is missing is null.
std::vector<std::string> Differences(const nlohmann::json& expect,
                                     const autoscaler::Outcome& outcome);

}  // namespace kubegauge::server::replay
