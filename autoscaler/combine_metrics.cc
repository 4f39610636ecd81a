#include "autoscaler/combine_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kubegauge::autoscaler {
namespace {

// Where the resource use of pods belongs; nothing where no metric looks at it.
SampleSlots UsageSlots(const Hpa& hpa, const Observation& observation, Pods pods) {
  const auto* usage = std::get_if<PodUsageList>(&observation.pod_usage);
  if (usage == nullptr || std::ranges::none_of(hpa.spec.metrics, IsOfPodUsage)) return {};
  if (!usage->places.empty()) {
    return {.pod_count = pods.size(), .slot_count = pods.size(), .slot_of_sample = usage->places};
  }
  std::vector<std::string_view> names;
  names.reserve(usage->pods.size());
  for (const PodUsageList::PodUsage& pod : usage->pods) names.push_back(pod.name);
  return AssignSlots(pods, names);
}

ScaleAction ActionOf(int32_t proposal, int32_t current) {
  if (proposal == current) return ScaleAction::kNone;
  return proposal > current ? ScaleAction::kScaleUp : ScaleAction::kScaleDown;
}

void Accept(EvaluatedMetric evaluated, const Hpa& hpa, const SharedText& type,
            CombinedMetrics& combined, MetricStatus& status, MetricTrace& trace,
            MetricComputation& computation) {
  trace.proposal = evaluated.replicas;
  computation.action = ActionOf(evaluated.replicas, hpa.status.current_replicas);
  status = std::move(evaluated.status);
  status.type = type;
  std::optional<CombinedMetrics::Proposal>& highest = combined.highest;
  // A proposal of 0 is as good as none, as upstream's.
  if (!highest || highest->replicas == 0 || evaluated.replicas > highest->replicas) {
    highest = {evaluated.replicas, std::move(evaluated.name)};
  }
}

void Reject(MetricFailure failure, CombinedMetrics& combined, MetricTrace& trace,
            MetricComputation& computation) {
  trace.error = failure.text;
  computation.error = failure.kind;
  combined.failures.push_back(std::move(failure));
}

// Whether what is left may decide: a part of the metrics may not take replicas away.
void JudgeFailures(size_t metric_count, int32_t current_replicas, CombinedMetrics& combined) {
  const size_t failed = combined.failures.size();
  if (failed > 0 || metric_count == 0) {
    combined.error =
        fmt::format("invalid metrics ({} invalid out of {}), first error is: {}", failed,
                    metric_count, failed == 0 ? "<nil>" : combined.failures.front().wrapped);
  }
  if (failed > 0 && combined.highest && combined.highest->replicas < current_replicas) {
    combined.highest.reset();
  }
}

}  // namespace

CombinedMetrics CombineMetrics(const Hpa& hpa, const ScaleReading& scale,
                               const Observation& observation, const Tuning& tuning, int64_t now_ns,
                               Decision& decision) {
  const Pods pods = std::get<std::vector<PodPtr>>(observation.pods);
  const SampleSlots slots = UsageSlots(hpa, observation, pods);
  const MetricInputs inputs{.hpa = hpa,
                            .scale = scale,
                            .pod_usage = observation.pod_usage,
                            .usage_slots = slots,
                            .pods = {.pods = pods,
                                     .current_replicas = scale.spec_replicas,
                                     .tolerances = TolerancesOf(hpa.spec, tuning),
                                     .tuning = tuning,
                                     .now_ns = now_ns}};
  const size_t count = hpa.spec.metrics.size();
  CombinedMetrics combined;
  combined.statuses.resize(count);
  decision.trace.metrics.resize(count);
  decision.computations.resize(count);
  const MetricReading unread;
  for (size_t i = 0; i < count; ++i) {
    MetricTrace& trace = decision.trace.metrics[i];
    MetricComputation& computation = decision.computations[i];
    const MetricSpec& metric = hpa.spec.metrics[i];
    computation.type = metric.type;
    const MetricReading& reading = i < observation.metrics.size() ? observation.metrics[i] : unread;
    MetricEvaluation evaluation = EvaluateMetric(inputs, metric, reading, trace);
    if (auto* failure = std::get_if<MetricFailure>(&evaluation)) {
      Reject(std::move(*failure), combined, trace, computation);
    } else {
      Accept(std::move(std::get<EvaluatedMetric>(evaluation)), hpa, metric.type, combined,
             combined.statuses[i], trace, computation);
    }
  }
  JudgeFailures(count, scale.spec_replicas, combined);
  return combined;
}

}  // namespace kubegauge::autoscaler
