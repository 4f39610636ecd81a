#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "autoscaler/decision.h"

namespace kubegauge::server::replay {

// A step's result in the shapes of the format's `expect`: "scaledTo", "error", "statusWritten",
// "events".
nlohmann::ordered_json ResultToJson(const autoscaler::Outcome& outcome);

// One line: {"name", "step", "scaledTo", "error", "statusWritten", "events"[, "trace"]}.
std::string ResultLine(const std::string& name, size_t step, const autoscaler::Outcome& outcome,
                       bool with_trace);

}  // namespace kubegauge::server::replay
