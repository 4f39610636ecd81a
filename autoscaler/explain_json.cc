#include "autoscaler/explain.h"
#include "kube/rfc3339.h"

namespace kubegauge::autoscaler {
namespace {

using Json = nlohmann::ordered_json;

const char* TextOf(DecisionTrace::Branch branch) {
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
      break;
  }
  return "metrics";
}

const char* TextOf(PodGroup group) {
  switch (group) {
    case PodGroup::kIgnored:
      return "ignored";
    case PodGroup::kUnready:
      return "unready";
    case PodGroup::kMissing:
      break;
  }
  return "missing";
}

const char* TextOf(NormalizationStep::Kind kind) {
  switch (kind) {
    case NormalizationStep::Kind::kStabilization:
      return "stabilization";
    case NormalizationStep::Kind::kPolicy:
      return "policy";
    case NormalizationStep::Kind::kBound:
      return "bound";
    case NormalizationStep::Kind::kScaleFromZero:
      break;
  }
  return "scaleFromZero";
}

Json RatioJson(const UsageRatio& usage) {
  Json json = {{"ratio", usage.ratio}, {"averageMilli", usage.average}};
  if (usage.utilization_percent) json["utilizationPercent"] = *usage.utilization_percent;
  return json;
}

const char* TargetField(const MetricTrace& metric) {
  if (metric.target_is_percent) return "targetPercent";
  return metric.target_is_per_pod ? "targetMilliPerPod" : "targetMilli";
}

Json RawJson(const std::vector<RawValue>& values) {
  Json array = Json::array();
  for (const RawValue& value : values) {
    Json& json = array.emplace_back(Json::object());
    if (!value.pod.empty()) json["pod"] = value.pod;
    json["milli"] = value.milli;
    if (value.request_milli) json["requestMilli"] = *value.request_milli;
  }
  return array;
}

Json StepJson(const NormalizationStep& step) {
  Json json = {{"kind", TextOf(step.kind)},
               {"before", step.before},
               {"after", step.after},
               {"reason", step.reason}};
  if (step.until_ns) json["until"] = kube::FormatRfc3339(*step.until_ns);
  return json;
}

Json MetricJson(const MetricTrace& metric) {
  Json json = {{"name", metric.name}};
  if (!metric.error.empty()) json["error"] = metric.error;
  json[TargetField(metric)] = metric.target;
  json["pods"] = {{"ready", metric.ready_pods},
                  {"ignored", metric.ignored_pods},
                  {"unready", metric.unready_pods},
                  {"missing", metric.missing_pods}};
  json["samples"] = metric.samples;
  json["extraneousSamples"] = metric.extraneous_samples;
  if (!metric.left_out.empty()) {
    Json pods = Json::array();
    for (const LeftOutPod& pod : metric.left_out) {
      pods.push_back({{"name", pod.name}, {"group", TextOf(pod.group)}, {"why", pod.why}});
    }
    json["leftOut"] = std::move(pods);
  }
  if (metric.absent_container) {
    json["absentContainer"] = {{"name", metric.absent_container->name},
                               {"podsHave", metric.absent_container->others}};
  }
  if (!metric.raw_values.empty()) json["rawValues"] = RawJson(metric.raw_values);
  if (metric.total_milli) json["totalMilli"] = *metric.total_milli;
  if (metric.measured) json["measured"] = RatioJson(*metric.measured);
  if (metric.with_left_out) json["withLeftOut"] = RatioJson(*metric.with_left_out);
  json["tolerance"] = {{"down", metric.tolerance_down}, {"up", metric.tolerance_up}};
  json["withinTolerance"] = metric.within_tolerance;
  if (metric.proposal) json["proposal"] = *metric.proposal;
  return json;
}

}  // namespace

Json TraceJson(const DecisionTrace& trace) {
  Json json = {{"branch", TextOf(trace.branch)}, {"metrics", Json::array()}};
  for (const MetricTrace& metric : trace.metrics) json["metrics"].push_back(MetricJson(metric));
  if (trace.raw_desired) json["rawDesired"] = *trace.raw_desired;
  json["steps"] = Json::array();
  for (const NormalizationStep& step : trace.steps) json["steps"].push_back(StepJson(step));
  return json;
}

Json DecisionJson(const DecisionRecord& record) {
  Json json = {{"firstTime", kube::FormatRfc3339(record.first_ns)},
               {"lastTime", kube::FormatRfc3339(record.last_ns)},
               {"count", record.count},
               {"minReplicas", record.min_replicas},
               {"maxReplicas", record.max_replicas},
               {"currentReplicas", record.current_replicas},
               {"desiredReplicas", record.desired_replicas},
               {"rescaled", record.rescaled},
               {"failed", record.failed}};
  if (!record.error.empty()) json["error"] = record.error;
  json["trace"] = TraceJson(record.trace);
  if (record.more_metrics > 0) json["moreMetrics"] = record.more_metrics;
  return json;
}

Json ExplainJson(std::string_view namespace_name, std::string_view name,
                 const std::vector<DecisionRecordPtr>& records) {
  Json json = {{"kind", "Explanation"},
               {"apiVersion", "explain.kubegauge.io/v1"},
               {"metadata", {{"namespace", namespace_name}, {"name", name}}},
               {"decisions", Json::array()}};
  for (const DecisionRecordPtr& record : records)
    json["decisions"].push_back(DecisionJson(*record));
  return json;
}

}  // namespace kubegauge::autoscaler
