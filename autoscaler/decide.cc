#include "autoscaler/decide.h"

#include <fmt/format.h>

#include <utility>

#include "autoscaler/branch.h"
#include "autoscaler/combine_metrics.h"
#include "autoscaler/conditions.h"
#include "autoscaler/metric_texts.h"
#include "autoscaler/normalize.h"
#include "autoscaler/selector_check.h"
#include "autoscaler/target_reference.h"
#include "kube/group_version.h"

namespace kubegauge::autoscaler {
namespace {

using Branch = DecisionTrace::Branch;

// One run of Decide(): what it reads, and the decision that grows.
struct Reconcile {
  const Hpa& hpa;
  const Observation& observation;
  const Tuning& tuning;
  int64_t now_ns;
  Decision decision;

  void Set(std::string_view type, bool status, std::string_view reason, std::string_view message) {
    SetCondition(decision.status.conditions, type, status, reason, message, now_ns);
  }
  void Warn(std::string reason, std::string message) {
    decision.events.push_back(
        {.warning = true, .reason = std::move(reason), .message = std::move(message)});
  }
};

// hpa.md 3 step 4.
void SayScaleWasRead(Reconcile& run) {
  run.Set(kAbleToScale, true, "SucceededGetScale",
          "the HPA controller was able to get the target's current scale");
}

// Why there is no scale to decide about (hpa.md 3 steps 1 to 3).
struct ScaleFailure {
  ScaleStage stage = ScaleStage::kScale;
  std::string text;
};

std::optional<ScaleFailure> FindScaleFailure(const Hpa& hpa, const Observation& observation) {
  const auto parsed = kube::ParseGroupVersion(hpa.spec.scale_target_ref.api_version);
  if (!parsed.ok()) return ScaleFailure{ScaleStage::kReference, TextOf(parsed.status())};
  const auto* error = std::get_if<FetchError>(&observation.scale);
  if (error == nullptr) return std::nullopt;
  return ScaleFailure{observation.scale_stage, error->text};
}

std::string ErrorOf(const ScaleFailure& failure, const Hpa& hpa) {
  switch (failure.stage) {
    case ScaleStage::kReference:
      return "invalid API version in scale target reference: " + failure.text;
    case ScaleStage::kResource:
      return "unable to determine resource for scale target reference: " + failure.text;
    case ScaleStage::kScale:
      break;
  }
  return fmt::format("failed to query scale subresource for {}: {}", TargetReference(hpa),
                     failure.text);
}

void FailToGetScale(const ScaleFailure& failure, Reconcile& run) {
  Decision& decision = run.decision;
  decision.failed = true;
  decision.status.current_metrics = run.hpa.status.current_metrics;
  run.Warn("FailedGetScale", failure.text);
  run.Set(kAbleToScale, false, "FailedGetScale",
          "the HPA controller was unable to get the target's current scale: " + failure.text);
  decision.error = ErrorOf(failure, run.hpa);
  decision.error_kind =
      failure.stage == ScaleStage::kReference ? ErrorKind::kSpec : ErrorKind::kInternal;
}

// What a decision starts from: all of them say themselves what is measured.
HpaStatus WithoutMetrics(const HpaStatus& status) {
  return {.observed_generation = status.observed_generation,
          .last_scale_ns = status.last_scale_ns,
          .current_replicas = status.current_replicas,
          .desired_replicas = status.desired_replicas,
          .current_metrics = std::nullopt,
          .conditions = status.conditions};
}

// hpa.md 14.1, 14.2.
void SetStatus(int32_t desired, std::optional<std::vector<MetricStatus>> metrics,
               Decision& decision) {
  HpaStatus& status = decision.status;
  status.observed_generation.reset();
  status.current_replicas = decision.current_replicas;
  status.desired_replicas = desired;
  status.current_metrics = std::move(metrics);
}

void FailMetrics(const std::string& why, std::optional<std::vector<MetricStatus>> statuses,
                 Reconcile& run) {
  Decision& decision = run.decision;
  decision.failed = true;
  decision.error_kind = ErrorKind::kInternal;
  SayScaleWasRead(run);
  SetStatus(run.hpa.status.desired_replicas, std::move(statuses), decision);
  run.Warn("FailedComputeMetricsReplicas", why);
  decision.error =
      fmt::format("failed to compute desired number of replicas based on listed metrics for {}: {}",
                  TargetReference(run.hpa), why);
}

void FailSelector(const SelectorProblem& problem, Reconcile& run) {
  if (problem.event_reason != nullptr) run.Warn(problem.event_reason, problem.error);
  if (problem.condition_reason != nullptr) {
    run.Set(kScalingActive, false, problem.condition_reason, problem.condition_message);
  }
  FailMetrics(problem.error, std::nullopt, run);
}

std::optional<SelectorProblem> CheckPods(const ScaleReading& scale,
                                         const Observation& observation) {
  if (std::optional<SelectorProblem> problem = CheckSelector(scale.selector)) return problem;
  return CheckSelectedPods(scale.selector, observation);
}

void SayWhyInactive(const CombinedMetrics& combined, Reconcile& run) {
  constexpr char kUnable[] = "the HPA was unable to compute the replica count: ";
  if (combined.failures.empty()) {
    run.Set(kScalingActive, false, "InvalidMetricSourceType",
            std::string(kUnable) + "the HPA has no metrics");
    return;
  }
  const MetricFailure& first = combined.failures.front();
  run.Set(kScalingActive, false, first.reason, kUnable + first.text);
}

struct Desired {
  int32_t replicas = 0;
  std::string reason;
};

// The reason is that of the proposal, whatever normalisation makes of it (hpa.md 3).
Desired Proposed(const CombinedMetrics::Proposal& highest, int32_t current) {
  Desired desired;
  SharedText metric_name;
  if (highest.replicas > 0) {
    desired.replicas = highest.replicas;
    metric_name = highest.metric_name;
  }
  if (desired.replicas > current) desired.reason = metric_name.str() + " above target";
  if (desired.replicas < current) desired.reason = "All metrics below target";
  return desired;
}

constexpr char kBelowMinReason[] = "Current number of replicas below Spec.MinReplicas";

// A target that the HPA took to zero comes back with at least the minimum, where that was raised.
void LeaveZero(Desired& desired, Reconcile& run) {
  const int32_t min = MinReplicas(run.hpa.spec);
  const bool leaves = run.decision.current_replicas == 0 && min != 0 &&
                      WasScaledToZero(run.hpa, run.tuning) && desired.replicas < min;
  if (!leaves) return;
  run.decision.trace.steps.push_back({.kind = NormalizationStep::Kind::kScaleFromZero,
                                      .before = desired.replicas,
                                      .after = min,
                                      .reason = "TooFewReplicas"});
  desired.replicas = min;
  if (desired.reason.empty()) desired.reason = kBelowMinReason;
}

void ScaleTo(Desired desired, std::optional<std::vector<MetricStatus>> statuses, Reconcile& run) {
  Decision& decision = run.decision;
  if (desired.replicas != decision.current_replicas) {
    decision.scale_to = desired.replicas;
    decision.rescale_reason = std::move(desired.reason);
  }
  SetStatus(desired.replicas, std::move(statuses), decision);
}

void DecideByMetrics(const ScaleReading& scale, Reconcile& run) {
  Decision& decision = run.decision;
  if (const auto problem = CheckPods(scale, run.observation)) {
    return FailSelector(*problem, run);
  }
  CombinedMetrics combined =
      CombineMetrics(run.hpa, scale, run.observation, run.tuning, run.now_ns, decision);
  for (const MetricFailure& failure : combined.failures) run.Warn(failure.reason, failure.text);
  if (!combined.highest) {
    SayWhyInactive(combined, run);
    return FailMetrics(combined.error, std::move(combined.statuses), run);
  }
  run.Set(kScalingActive, true, "ValidMetricFound",
          "the HPA was able to successfully calculate a replica count from " +
              combined.highest->metric_name.str());
  if (!combined.error.empty()) {
    decision.error = combined.error;
    decision.error_kind = ErrorKind::kInternal;
  }
  Desired desired = Proposed(*combined.highest, decision.current_replicas);
  decision.trace.raw_desired = desired.replicas;
  desired.replicas = NormalizeReplicas(run.hpa, desired.replicas, run.tuning, run.now_ns, decision);
  LeaveZero(desired, run);
  ScaleTo(std::move(desired), std::move(combined.statuses), run);
}

void StayDisabled(Reconcile& run) {
  run.Set(kScalingActive, false, "ScalingDisabled",
          "scaling is disabled since the replica count of the target is zero");
  if (!run.tuning.scale_to_zero) RemoveCondition(run.decision.status.conditions, kScaledToZero);
  SetStatus(0, std::nullopt, run.decision);
}

void DecideByBranch(const ScaleReading& scale, Reconcile& run) {
  const HpaSpec& spec = run.hpa.spec;
  switch (run.decision.trace.branch) {
    case Branch::kNoScale:
      return;
    case Branch::kDisabled:
      return StayDisabled(run);
    case Branch::kAboveMax:
      return ScaleTo({spec.max_replicas, "Current number of replicas above Spec.MaxReplicas"},
                     std::nullopt, run);
    case Branch::kBelowMin:
      return ScaleTo({MinReplicas(spec), kBelowMinReason}, std::nullopt, run);
    case Branch::kMetrics:
      return DecideByMetrics(scale, run);
  }
}

}  // namespace

bool MetricsNeeded(const Hpa& hpa, const Fetched<ScaleReading>& scale, const Tuning& tuning) {
  const auto* reading = std::get_if<ScaleReading>(&scale);
  return reading != nullptr &&
         kube::ParseGroupVersion(hpa.spec.scale_target_ref.api_version).ok() &&
         BranchOf(hpa, *reading, tuning) == Branch::kMetrics && !CheckSelector(reading->selector);
}

Decision Decide(const Hpa& hpa, const Observation& observation, History history,
                const Tuning& tuning, int64_t now_ns) {
  Reconcile run{hpa, observation, tuning, now_ns, {}};
  Decision& decision = run.decision;
  decision.status = WithoutMetrics(hpa.status);
  decision.history = std::move(history);
  if (const std::optional<ScaleFailure> failure = FindScaleFailure(hpa, observation)) {
    FailToGetScale(*failure, run);
    return std::move(decision);
  }
  const auto& scale = std::get<ScaleReading>(observation.scale);
  decision.current_replicas = scale.spec_replicas;
  if (decision.history.recommendations.empty()) {
    decision.history.recommendations.push_back({scale.spec_replicas, now_ns});
  }
  decision.trace.branch = BranchOf(hpa, scale, tuning);
  // Metrics that do not fail end with other words of the same condition, mostly those that stand
  // there from last time.
  const bool says_it_later = decision.trace.branch == Branch::kMetrics &&
                             IsConditionTrue(decision.status.conditions, kAbleToScale);
  if (!says_it_later) SayScaleWasRead(run);
  DecideByBranch(scale, run);
  return std::move(decision);
}

}  // namespace kubegauge::autoscaler
