#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "autoscaler/explain.h"
#include "kube/quantity.h"
#include "kube/rfc3339.h"
#include "kube/utf8.h"

namespace kubegauge::autoscaler {
namespace {

constexpr size_t kShownPods = 5;

// Memory in the units that pods are written with.
std::string MilliText(const MetricTrace& metric, int64_t milli) {
  const auto format = metric.name.starts_with("memory ") ? kube::QuantityFormat::kBinarySI
                                                         : kube::QuantityFormat::kDecimalSI;
  return kube::Quantity::FromScaled(milli, -3, format).CanonicalText();
}

std::string TargetText(const MetricTrace& metric) {
  if (metric.target_is_percent) return fmt::format("{}% of the requests", metric.target);
  return MilliText(metric, metric.target) + (metric.target_is_per_pod ? " a pod" : "");
}

std::string UsageText(const MetricTrace& metric) {
  const UsageRatio& usage = *metric.measured;
  if (usage.utilization_percent) {
    return fmt::format("{}% of the requests ({} a pod)", *usage.utilization_percent,
                       MilliText(metric, usage.average));
  }
  return fmt::format("{} a pod", MilliText(metric, usage.average));
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
                 ? "the stabilization window, in which more were wanted, or there at its start"
                 : "the stabilization window, in which fewer were wanted, or there at its start";
    case Kind::kPolicy:
      return "the scaling policies, which allow no larger change by now";
    case Kind::kBound:
      return step.after < step.before ? "maxReplicas" : "minReplicas";
    case Kind::kScaleFromZero:
      break;
  }
  return "minReplicas, as the workload comes back from zero";
}

// `kubectl get hpa` shows <unknown> where no metric was looked at.
std::string BranchText(const DecisionRecord& record) {
  using Branch = DecisionTrace::Branch;
  constexpr char kNoMetric[] = "no metric was looked at, which kubectl shows as <unknown>";
  switch (record.trace.branch) {
    case Branch::kNoScale:
      return "The target's scale could not be read, so nothing was measured.";
    case Branch::kDisabled:
      return fmt::format(
          "The target has 0 replicas, which turns scaling off until somebody scales it up; {}.",
          kNoMetric);
    case Branch::kAboveMax:
      return fmt::format("The target has more than maxReplicas ({}); {}.", record.max_replicas,
                         kNoMetric);
    case Branch::kBelowMin:
      return fmt::format("The target has less than minReplicas ({}); {}.", record.min_replicas,
                         kNoMetric);
    case Branch::kMetrics:
      break;
  }
  return "";
}

// What upstream makes of metrics of which only some could be read.
std::string PartialFailureText(const DecisionRecord& record) {
  const auto failed = [](const MetricTrace& metric) { return !metric.error.empty(); };
  const std::vector<MetricTrace>& metrics = record.trace.metrics;
  if (std::ranges::none_of(metrics, failed) || std::ranges::all_of(metrics, failed)) return "";
  return record.trace.raw_desired
             ? "Some metrics failed; the others count, as they ask for no fewer replicas."
             : "Some metrics failed; the others ask for fewer replicas, which is not done before "
               "all are known.";
}

// The replicas that were decided on, if any were.
std::optional<int32_t> Wanted(const DecisionRecord& record) {
  using Branch = DecisionTrace::Branch;
  const DecisionTrace& trace = record.trace;
  if (trace.branch == Branch::kAboveMax) return record.max_replicas;
  if (trace.branch == Branch::kBelowMin) return record.min_replicas;
  if (!trace.raw_desired) return std::nullopt;
  return trace.steps.empty() ? *trace.raw_desired : trace.steps.back().after;
}

std::string Verdict(const DecisionRecord& record) {
  if (record.rescaled) {
    return fmt::format("scaled from {} to {}", record.current_replicas, record.desired_replicas);
  }
  if (!record.failed) return fmt::format("kept {} replicas", record.current_replicas);
  if (record.trace.branch == DecisionTrace::Branch::kNoScale) {
    return "it could not read the scale of its target, and left it as it is";
  }
  if (const std::optional<int32_t> wanted = Wanted(record)) {
    return fmt::format("wanted {} replicas, but could not write that; there are {}", *wanted,
                       record.current_replicas);
  }
  return fmt::format("it could not decide and left the replicas at {}", record.current_replicas);
}

std::string Headline(std::string_view namespace_name, std::string_view name,
                     const DecisionRecord& record) {
  std::string text = fmt::format("{}/{} at {}: {} (bounds {} to {}).\n", namespace_name, name,
                                 kube::FormatRfc3339(record.last_ns), Verdict(record),
                                 record.min_replicas, record.max_replicas);
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

std::string HistoryReason(const DecisionRecord& record) {
  if (!record.error.empty()) return record.error;
  for (const NormalizationStep& step : record.trace.steps) {
    if (step.before != step.after) return step.reason;
  }
  if (record.trace.branch != DecisionTrace::Branch::kMetrics) return BranchText(record);
  return record.rescaled ? "proposed by the metrics" : "nothing to change";
}

}  // namespace

std::string MetricText(const MetricTrace& metric) {
  std::string text = fmt::format("  {}\n", metric.name);
  if (!metric.error.empty()) text += fmt::format("    unknown: {}\n", metric.error);
  if (metric.total_milli)
    text += fmt::format("    {} in all", MilliText(metric, *metric.total_milli));
  if (metric.measured) {
    text += metric.total_milli ? ", " : "    ";
    if (!metric.total_milli) text += UsageText(metric) + ", ";
    text += fmt::format("target {}, ratio {:.3f}", TargetText(metric), metric.measured->ratio);
  }
  if (metric.total_milli || metric.measured) text += '\n';
  if (metric.absent_container) {
    text += fmt::format("    no pod has a container {}; they have: {}\n",
                        metric.absent_container->name, metric.absent_container->others);
  } else {
    AppendLeftOut(metric, PodGroup::kMissing, metric.missing_pods, text);
  }
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
    const bool has_scale = record->trace.branch != DecisionTrace::Branch::kNoScale;
    text += fmt::format("  {:<20}  {:>5}  {:>4}  {:>6}  {}\n", kube::FormatRfc3339(record->last_ns),
                        record->count, has_scale ? std::to_string(record->current_replicas) : "-",
                        record->failed ? "-" : std::to_string(record->desired_replicas),
                        HistoryReason(*record));
  }
  return text;
}

std::string ExplainText(std::string_view namespace_name, std::string_view name,
                        const std::vector<DecisionRecordPtr>& records) {
  const DecisionRecord& newest = *records.front();
  std::string text = Headline(namespace_name, name, newest);
  const auto add_line = [&text](const std::string& line) {
    if (!line.empty()) text += line + '\n';
  };
  if (!newest.error.empty()) add_line("Error: " + newest.error.str());
  add_line(BranchText(newest));
  add_line(PartialFailureText(newest));
  if (!newest.trace.metrics.empty()) {
    text += "\nWhat was measured\n";
    for (const MetricTrace& metric : newest.trace.metrics) text += MetricText(metric);
    if (newest.more_metrics > 0)
      text += fmt::format("  … ({} metrics more)\n", newest.more_metrics);
  }
  AppendSteps(newest, text);
  if (const auto advice = Advice(namespace_name, newest); !advice.empty()) {
    text += "\nWhat would change it\n";
    for (const std::string& line : advice) text += fmt::format("  - {}\n", line);
  }
  text += "\nThe last decisions\n" + HistoryTable(records);
  // Names of metrics and the errors of adapters are anybody's.
  std::string shown;
  kube::AppendForTerminal(text, shown);
  return shown;
}

}  // namespace kubegauge::autoscaler
