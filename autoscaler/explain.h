#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "autoscaler/decision_log.h"

namespace kubegauge::autoscaler {

// What `kubegauge explain` shows of an HPA. Pure. `records` has the newest decision first, as
// DecisionLog::Of gives them, and at least one.

// The newest decision in plain words (what was measured, what each metric proposed, which pods were
// left out, what changed the proposal, what would change the decision) and all of them as a table.
std::string ExplainText(std::string_view namespace_name, std::string_view name,
                        const std::vector<DecisionRecordPtr>& records);

// The same for programs: {"kind": "Explanation", …, "decisions": […]}.
nlohmann::ordered_json ExplainJson(std::string_view namespace_name, std::string_view name,
                                   const std::vector<DecisionRecordPtr>& records);

// The parts of it. Of a trace: {"branch", "metrics", "rawDesired", "steps"}; what a decision did
// not come to is left out, raw values too where none were traced; amounts are in thousandths of a
// unit, and ratios that are no number are null.
nlohmann::ordered_json TraceJson(const DecisionTrace& trace);
nlohmann::ordered_json DecisionJson(const DecisionRecord& record);
std::string MetricText(const MetricTrace& metric);
std::string HistoryTable(const std::vector<DecisionRecordPtr>& records);

// What an operator can do so that the decision becomes another; lines without indent.
std::vector<std::string> Advice(std::string_view namespace_name, const DecisionRecord& record);

// What to do about the error of a metric, which kubectl shows as <unknown>. Empty where the error
// says all there is to say.
std::string AdviceOnError(std::string_view namespace_name, std::string_view error);

}  // namespace kubegauge::autoscaler
