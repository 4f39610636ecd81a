#include "server/replay/trace_json.h"

#include <utility>

namespace kubegauge::server::replay {
namespace {

using autoscaler::DecisionTrace;
using autoscaler::MetricTrace;
using autoscaler::NormalizationStep;
using autoscaler::PodGroup;
using autoscaler::UsageRatio;
using Json = nlohmann::ordered_json;

const char* NameOf(DecisionTrace::Branch branch) {
  switch (branch) {
    case DecisionTrace::Branch::kNoScale:
      return "noScale";
    case DecisionTrace::Branch::kDisabled:
      return "disabled";
    case DecisionTrace::Branch::kAboveMax:
      return "aboveMax";
    case DecisionTrace::Branch::kBelowMin:
      return "belowMin";
    case DecisionTrace::Branch::kMetrics:
      return "metrics";
  }
  return "";
}

const char* NameOf(NormalizationStep::Kind kind) {
  switch (kind) {
    case NormalizationStep::Kind::kStabilization:
      return "stabilization";
    case NormalizationStep::Kind::kPolicy:
      return "policy";
    case NormalizationStep::Kind::kBound:
      return "bound";
    case NormalizationStep::Kind::kScaleFromZero:
      return "scaleFromZero";
  }
  return "";
}

const char* NameOf(PodGroup group) {
  switch (group) {
    case PodGroup::kIgnored:
      return "ignored";
    case PodGroup::kUnready:
      return "unready";
    case PodGroup::kMissing:
      return "missing";
  }
  return "";
}

Json RatioToJson(const UsageRatio& ratio) {
  Json object = {{"ratio", ratio.ratio}, {"averageMilli", ratio.average}};
  if (ratio.utilization_percent) object["utilizationPercent"] = *ratio.utilization_percent;
  return object;
}

Json PodsToJson(const MetricTrace& metric) {
  Json left_out = Json::array();
  for (const autoscaler::LeftOutPod& pod : metric.left_out) {
    left_out.push_back({{"name", pod.name}, {"group", NameOf(pod.group)}, {"why", pod.why}});
  }
  return {{"ready", metric.ready_pods},     {"ignored", metric.ignored_pods},
          {"unready", metric.unready_pods}, {"missing", metric.missing_pods},
          {"samples", metric.samples},      {"extraneousSamples", metric.extraneous_samples},
          {"leftOut", std::move(left_out)}};
}

Json RawToJson(const std::vector<autoscaler::RawValue>& values) {
  Json array = Json::array();
  for (const autoscaler::RawValue& value : values) {
    Json& object = array.emplace_back(Json::object());
    if (!value.pod.empty()) object["pod"] = value.pod;
    object["milli"] = value.milli;
    if (value.request_milli) object["requestMilli"] = *value.request_milli;
  }
  return array;
}

Json MetricToJson(const MetricTrace& metric) {
  Json object = {{"name", metric.name},
                 {metric.target_is_percent ? "targetPercent" : "targetMilli", metric.target},
                 {"pods", PodsToJson(metric)},
                 {"toleranceDown", metric.tolerance_down},
                 {"toleranceUp", metric.tolerance_up},
                 {"withinTolerance", metric.within_tolerance}};
  if (!metric.error.empty()) object["error"] = metric.error;
  if (!metric.raw_values.empty()) object["rawValues"] = RawToJson(metric.raw_values);
  if (metric.measured) object["measured"] = RatioToJson(*metric.measured);
  if (metric.with_left_out) object["withLeftOut"] = RatioToJson(*metric.with_left_out);
  if (metric.total_milli) object["totalMilli"] = *metric.total_milli;
  if (metric.proposal) object["proposal"] = *metric.proposal;
  return object;
}

}  // namespace

Json TraceToJson(const DecisionTrace& trace) {
  Json metrics = Json::array();
  for (const MetricTrace& metric : trace.metrics) metrics.push_back(MetricToJson(metric));
  Json steps = Json::array();
  for (const NormalizationStep& step : trace.steps) {
    steps.push_back({{"kind", NameOf(step.kind)},
                     {"before", step.before},
                     {"after", step.after},
                     {"reason", step.reason}});
  }
  Json object;
  object["branch"] = NameOf(trace.branch);
  object["metrics"] = std::move(metrics);
  if (trace.raw_desired) object["rawDesired"] = *trace.raw_desired;
  object["steps"] = std::move(steps);
  return object;
}

}  // namespace kubegauge::server::replay
