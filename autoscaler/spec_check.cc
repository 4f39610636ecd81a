#include "autoscaler/spec_check.h"

#include "autoscaler/conditions.h"
#include "autoscaler/hpa_validation.h"
#include "autoscaler/shorten.h"
#include "kube/kubernetes_version.h"

namespace kubegauge::autoscaler {
namespace {

constexpr char kInvalidSpec[] = "InvalidSpec";

}  // namespace

std::string SpecFault(const HpaSpec& spec) {
  FieldErrors errors;
  ValidateHpaSpec(spec, nullptr, {.minor = kube::kKubernetesMinor}, errors);
  return errors.empty() ? "" : TextOf(errors.errors());
}

Decision RefuseSpec(const Hpa& hpa, std::string_view fault, const History& history,
                    int64_t now_ns) {
  Decision decision{.current_replicas = hpa.status.current_replicas,
                    .status = hpa.status,
                    .error = "the HPA's spec is invalid: " + Shorten(fault),
                    .failed = true,
                    .error_kind = ErrorKind::kSpec,
                    .history = history};
  decision.trace.branch = DecisionTrace::Branch::kMetrics;
  SetCondition(decision.status.conditions, kScalingActive, false, kInvalidSpec, decision.error,
               now_ns);
  decision.events.push_back({.warning = true, .reason = kInvalidSpec, .message = decision.error});
  return decision;
}

}  // namespace kubegauge::autoscaler
