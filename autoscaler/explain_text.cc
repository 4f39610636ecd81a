#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "autoscaler/explain.h"
#include "kube/quantity.h"
#include "kube/rfc3339.h"

namespace kubegauge::autoscaler {
namespace {

constexpr size_t kShownPods = 5;

std::string MilliText(int64_t milli) {
  return kube::Quantity::FromScaled(milli, -3).CanonicalText();
}

std::string TargetText(const MetricTrace& metric) {
  return metric.target_is_percent ? fmt::format("{}% of the requests", metric.target)
                                  : MilliText(metric.target);
}

std::string UsageText(const UsageRatio& usage) {
  if (usage.utilization_percent) {
    return fmt::format("{}% of the requests ({} a pod)", *usage.utilization_percent,
                       MilliText(usage.average));
  }
  return fmt::format("{} a pod", MilliText(usage.average));
}

std::string_view GroupText(PodGroup group) {
  switch (group) {
    case PodGroup::kIgnored:
      return "not counted";
    case PodGroup::kUnready:
      return "not ready";
    case PodGroup::kMissing:
      break;
  }
  return "without a sample";
}

// "  2 pods without a sample: web-1 (no sample), web-2 (no sample)".
void AppendLeftOut(const MetricTrace& metric, PodGroup group, uint32_t count, std::string& text) {
  if (count == 0) return;
  text += fmt::format("    {} {} {}", count, count == 1 ? "pod" : "pods", GroupText(group));
  size_t shown = 0;
  for (const LeftOutPod& pod : metric.left_out) {
    if (pod.group != group || shown == kShownPods) continue;
    text += fmt::format("{} {} ({})", shown++ == 0 ? ":" : ",", pod.name, pod.why);
  }
  text += shown > 0 && shown < count ? ", …\n" : "\n";
}

std::string_view StepText(const NormalizationStep& step) {
  using Kind = NormalizationStep::Kind;
  switch (step.kind) {
    case Kind::kStabilization:
      return step.after > step.before
                 ? "the stabilization window: it wanted more within the last minutes"
                 : "the stabilization window: it wanted less within the last minutes";
    case Kind::kPolicy:
      return "the scaling policies: that many may be changed at once";
    case Kind::kBound:
      return step.after < step.before ? "maxReplicas" : "minReplicas";
    case Kind::kScaleFromZero:
      break;
  }
  return "minReplicas, as the workload comes back from zero";
}

std::string BranchText(const DecisionRecord& record) {
  using Branch = DecisionTrace::Branch;
  switch (record.trace.branch) {
    case Branch::kNoScale:
      return "The target's scale could not be read, so nothing was measured.";
    case Branch::kDisabled:
      return "The target has 0 replicas, which turns scaling off until somebody scales it up.";
    case Branch::kAboveMax:
      return fmt::format("The target has more than maxReplicas ({}); no metric was looked at.",
                         record.max_replicas);
    case Branch::kBelowMin:
      return fmt::format("The target has less than minReplicas ({}); no metric was looked at.",
                         record.min_replicas);
    case Branch::kMetrics:
      break;
  }
  return "";
}

std::string Headline(std::string_view namespace_name, std::string_view name,
                     const DecisionRecord& record) {
  std::string what;
  if (!record.error.empty() && !record.rescaled) {
    what = fmt::format("it could not decide and left the replicas at {}", record.current_replicas);
  } else if (record.rescaled) {
    what = fmt::format("scaled from {} to {}", record.current_replicas, record.desired_replicas);
  } else {
    what = fmt::format("kept {} replicas", record.current_replicas);
  }
  std::string text = fmt::format("{}/{} at {}: {} (bounds {} to {}).\n", namespace_name, name,
                                 kube::FormatRfc3339(record.last_ns), what, record.min_replicas,
                                 record.max_replicas);
  if (record.count > 1) {
    text += fmt::format("The same {} times since {}.\n", record.count,
                        kube::FormatRfc3339(record.first_ns));
  }
  return text;
}

void AppendSteps(const DecisionRecord& record, std::string& text) {
  const DecisionTrace& trace = record.trace;
  if (!trace.raw_desired) return;
  text += "\nWhat was decided\n";
  text += fmt::format("  {:>6}  the highest proposal\n", *trace.raw_desired);
  for (const NormalizationStep& step : trace.steps) {
    if (step.before == step.after) continue;
    text += fmt::format("  {:>6}  after {} ({})\n", step.after, StepText(step), step.reason);
  }
  text += fmt::format(
      "  {:>6}  now{}\n", record.current_replicas,
      record.rescaled ? fmt::format(", becomes {}", record.desired_replicas) : std::string());
}

}  // namespace

std::string MetricText(const MetricTrace& metric) {
  std::string text = fmt::format("  {}\n", metric.name);
  if (!metric.error.empty()) text += fmt::format("    unknown: {}\n", metric.error);
  if (metric.total_milli) text += fmt::format("    {} in all", MilliText(*metric.total_milli));
  if (metric.measured) {
    text += metric.total_milli ? ", " : "    ";
    if (!metric.total_milli) text += UsageText(*metric.measured) + ", ";
    text += fmt::format("target {}, ratio {:.3f}", TargetText(metric), metric.measured->ratio);
  }
  if (metric.total_milli || metric.measured) text += '\n';
  AppendLeftOut(metric, PodGroup::kMissing, metric.missing_pods, text);
  AppendLeftOut(metric, PodGroup::kUnready, metric.unready_pods, text);
  AppendLeftOut(metric, PodGroup::kIgnored, metric.ignored_pods, text);
  if (metric.with_left_out) {
    text += fmt::format("    with those filled in cautiously: ratio {:.3f}\n",
                        metric.with_left_out->ratio);
  }
  if (metric.within_tolerance) {
    text += fmt::format("    within the tolerance ({:g} to {:g}): no change\n",
                        1 - metric.tolerance_down, 1 + metric.tolerance_up);
  }
  if (metric.proposal) text += fmt::format("    proposes {}\n", *metric.proposal);
  return text;
}

std::string HistoryTable(const std::vector<DecisionRecordPtr>& records) {
  std::string text =
      fmt::format("  {:<20}  {:>5}  {:>4}  {:>6}  {}\n", "LAST", "TIMES", "FROM", "TO", "WHY");
  for (const DecisionRecordPtr& record : records) {
    std::string why = record->error;
    for (const NormalizationStep& step : record->trace.steps) {
      if (why.empty() && step.before != step.after) why = step.reason;
    }
    if (why.empty() && record->trace.branch == DecisionTrace::Branch::kMetrics) {
      why = record->rescaled ? "proposed by the metrics" : "nothing to change";
    }
    if (why.empty()) why = BranchText(*record);
    const std::string to = record->error.empty() || record->rescaled
                               ? fmt::format("{}", record->desired_replicas)
                               : "-";
    text += fmt::format("  {:<20}  {:>5}  {:>4}  {:>6}  {}\n", kube::FormatRfc3339(record->last_ns),
                        record->count, record->current_replicas, to, why);
  }
  return text;
}

std::string ExplainText(std::string_view namespace_name, std::string_view name,
                        const std::vector<DecisionRecordPtr>& records) {
  const DecisionRecord& newest = *records.front();
  std::string text = Headline(namespace_name, name, newest);
  if (!newest.error.empty()) text += fmt::format("Error: {}\n", newest.error);
  if (const std::string branch = BranchText(newest); !branch.empty()) text += branch + '\n';
  if (!newest.trace.metrics.empty()) {
    text += "\nWhat was measured\n";
    for (const MetricTrace& metric : newest.trace.metrics) text += MetricText(metric);
  }
  AppendSteps(newest, text);
  if (const auto advice = Advice(namespace_name, newest); !advice.empty()) {
    text += "\nWhat would change it\n";
    for (const std::string& line : advice) text += fmt::format("  - {}\n", line);
  }
  text += "\nThe last decisions\n" + HistoryTable(records);
  return text;
}

}  // namespace kubegauge::autoscaler
