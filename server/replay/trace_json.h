#pragma once

#include <nlohmann/json.hpp>

#include "autoscaler/trace.h"

namespace kubegauge::server::replay {

// How a step was decided: {"branch", "metrics", "rawDesired", "steps"}. What a decision did not
// come to is left out, raw values too where none were traced; amounts are in thousandths of a unit;
// ratios that are no number are null.
nlohmann::ordered_json TraceToJson(const autoscaler::DecisionTrace& trace);

}  // namespace kubegauge::server::replay
