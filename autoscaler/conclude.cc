#include <fmt/format.h>

#include <utility>

#include "autoscaler/branch.h"
#include "autoscaler/conditions.h"
#include "autoscaler/decide.h"
#include "autoscaler/scale_events.h"
#include "autoscaler/target_reference.h"

namespace kubegauge::autoscaler {
namespace {

// Whether upstream says FailedComputeMetricsReplicas, which comes after the status was written.
bool EndsWithMetricsEvent(const Decision& decision) {
  return !decision.events.empty() &&
         decision.events.back().reason == "FailedComputeMetricsReplicas";
}

// hpa.md 4.
void SetScaledToZero(const Hpa& hpa, const Tuning& tuning, int64_t now_ns, Decision& decision) {
  std::vector<HpaCondition>& conditions = decision.status.conditions;
  if (!tuning.scale_to_zero) return RemoveCondition(conditions, kScaledToZero);
  const bool zeroed = decision.current_replicas > 0 && *decision.scale_to == 0 &&
                      MinReplicas(hpa.spec) == 0 && HasObjectOrExternalMetric(hpa.spec);
  SetCondition(conditions, kScaledToZero, zeroed, zeroed ? "ScaledToZero" : "NotScaledToZero",
               zeroed ? "the HPA controller scaled the workload to zero"
                      : "the HPA controller did not scale the workload to zero",
               now_ns);
}

void FinishScaled(const Hpa& hpa, const Tuning& tuning, int64_t now_ns, Decision& decision) {
  const int32_t replicas = *decision.scale_to;
  SetCondition(
      decision.status.conditions, kAbleToScale, true, "SucceededRescale",
      fmt::format("the HPA controller was able to update the target scale to {}", replicas),
      now_ns);
  decision.events.push_back(
      {.reason = "SuccessfulRescale",
       .message = fmt::format("New size: {}; reason: {}", replicas, decision.rescale_reason)});
  if (hpa.spec.behavior) {
    RecordScaleEvent(*hpa.spec.behavior, decision.current_replicas, replicas, tuning, now_ns,
                     decision.history);
  }
  SetScaledToZero(hpa, tuning, now_ns, decision);
  decision.status.last_scale_ns = now_ns;
}

void FinishNotScaled(const Hpa& hpa, const std::string& why, int64_t now_ns, Decision& decision) {
  decision.events.push_back(
      {.warning = true,
       .reason = "FailedRescale",
       .message = fmt::format("New size: {}; reason: {}; error: {}", *decision.scale_to,
                              decision.rescale_reason, why)});
  SetCondition(decision.status.conditions, kAbleToScale, false, "FailedUpdateScale",
               "the HPA controller was unable to update the target scale: " + why, now_ns);
  decision.status.desired_replicas = hpa.status.desired_replicas;
  decision.error = fmt::format("failed to rescale {}: {}", TargetReference(hpa), why);
  decision.error_kind = ErrorKind::kInternal;
  decision.failed = true;
}

}  // namespace

Outcome Conclude(const Hpa& hpa, Decision decision, const std::optional<std::string>& scale_error,
                 const Tuning& tuning, int64_t now_ns) {
  Outcome outcome;
  if (decision.scale_to && scale_error) {
    FinishNotScaled(hpa, *scale_error, now_ns, decision);
  } else if (decision.scale_to) {
    FinishScaled(hpa, tuning, now_ns, decision);
    outcome.scaled_to = decision.scale_to;
    outcome.action = *decision.scale_to > decision.current_replicas ? ScaleAction::kScaleUp
                                                                    : ScaleAction::kScaleDown;
  }
  outcome.failed = decision.failed;
  outcome.current_replicas = decision.current_replicas;
  outcome.desired_replicas = decision.status.desired_replicas;
  if (!SameStatus(decision.status, hpa.status)) outcome.status = std::move(decision.status);
  outcome.events_after_status = decision.events.size() - (EndsWithMetricsEvent(decision) ? 1 : 0);
  outcome.events = std::move(decision.events);
  outcome.error = std::move(decision.error);
  outcome.error_kind = decision.error_kind;
  outcome.computations = std::move(decision.computations);
  outcome.history = std::move(decision.history);
  outcome.trace = std::move(decision.trace);
  return outcome;
}

}  // namespace kubegauge::autoscaler
