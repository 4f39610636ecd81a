#include "server/autoscaler/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string_view>
#include <vector>

#include "kube/leader_election.h"
#include "server/cluster/flags.h"

namespace kubegauge::server {
namespace {

constexpr std::string_view kOwnHpaApi = "autoscaling.kubegauge.io/v2";

// "HPAScaleToZero=true,HPAConfigurableTolerance=false": those of Kubernetes that an HPA depends on.
absl::Status SetFeatureGates(autoscaler::Tuning& tuning, std::string_view text) {
  const std::map<std::string_view, bool*> gates = {
      {"HPAScaleToZero", &tuning.scale_to_zero},
      {"HPAConfigurableTolerance", &tuning.configurable_tolerance}};
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(','));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const size_t equals = pair.find('=');
    const std::string_view value = equals == pair.npos ? "" : pair.substr(equals + 1);
    if (value != "true" && value != "false") {
      return absl::InvalidArgumentError(fmt::format("missing bool value for {}", pair));
    }
    const auto gate = gates.find(pair.substr(0, equals));
    if (gate != gates.end()) *gate->second = value == "true";
  }
  return absl::OkStatus();
}

void AddHpaFlags(FlagSet& flags, HpaFlags& hpa) {
  autoscaler::Tuning& tuning = hpa.tuning;
  flags.BeginSection("HorizontalPodAutoscaler flags");
  flags.AddDuration("horizontal-pod-autoscaler-sync-period", &hpa.sync_period_ns,
                    "How often each HorizontalPodAutoscaler is reconciled.");
  flags.AddDuration("horizontal-pod-autoscaler-downscale-stabilization",
                    &tuning.downscale_stabilization_ns,
                    "How far back recommendations count: scaling down stops at the highest of "
                    "them.");
  flags.Add("horizontal-pod-autoscaler-tolerance", &tuning.tolerance,
            "How far the ratio of usage to its target may be from 1 without a change of replicas.");
  flags.AddDuration("horizontal-pod-autoscaler-cpu-initialization-period",
                    &tuning.cpu_initialization_period_ns,
                    "How long after a pod's start its CPU usage may be ignored.");
  flags.AddDuration("horizontal-pod-autoscaler-initial-readiness-delay",
                    &tuning.initial_readiness_delay_ns,
                    "How long after a pod's start a change of its readiness counts as its first.");
  flags.Add("concurrent-horizontal-pod-autoscaler-syncs", &hpa.concurrent_syncs,
            "Checked, but has no effect: HorizontalPodAutoscalers never wait for one another.");
  flags.AddCustom("feature-gates", "mapStringBool", "",
                  "HPAScaleToZero=true|false and HPAConfigurableTolerance=true|false; both are on. "
                  "Other gates of Kubernetes are accepted and have no effect.",
                  [&tuning](const std::string& text) { return SetFeatureGates(tuning, text); });
  flags.Add(
      "react-to-samples", &hpa.react_to_samples,
      "Reconcile a HorizontalPodAutoscaler as soon as fresh samples of its pods arrive, and at "
      "once when it is new or edited; no more often than its annotation "
      "kubegauge.io/sync-period says, by default the sync period.");
  flags.Add(
      "watch-scale-targets", &hpa.watch_scale_targets,
      "Watch the metadata of the objects that HorizontalPodAutoscalers scale, and read a scale "
      "again only when its object has changed. Without this, or where watching is forbidden, "
      "scales are read at every reconcile, as kube-controller-manager does.");
  flags.Add("hpa-api", &hpa.hpa_api,
            "API of the HorizontalPodAutoscalers to reconcile: autoscaling/v2, or, beside an "
            "autoscaler that cannot be turned off, autoscaling.kubegauge.io/v2.");
}

void AddLeaderElectionFlags(FlagSet& flags, LeaderElectionFlags& election) {
  flags.BeginSection("Leader election flags");
  flags.Add("leader-elect", &election.elect,
            "Work only while holding a Lease, so that only one of several processes does.");
  flags.AddDuration(
      "leader-elect-lease-duration", &election.lease_duration_ns,
      "How long others wait before they take over a Lease that has not been renewed.");
  flags.AddDuration(
      "leader-elect-renew-deadline", &election.renew_deadline_ns,
      "How long the leader goes on without renewing the Lease before it stops leading.");
  flags.AddDuration("leader-elect-retry-period", &election.retry_period_ns,
                    "How often to try to renew or acquire the Lease.");
  flags.Add("leader-elect-resource-name", &election.resource_name, "Name of the Lease.");
  flags.Add("leader-elect-resource-namespace", &election.resource_namespace,
            "Namespace of the Lease.");
  flags.AddInert("leader-elect-resource-lock", "string",
                 "a Lease is the only lock that Kubernetes still has.");
}

absl::Status ValidateHpa(const HpaFlags& hpa, const LeaderElectionFlags& election) {
  if (hpa.concurrent_syncs < 1) {
    return absl::InvalidArgumentError(
        fmt::format("concurrent-horizontal-pod-autoscaler-syncs must be greater than 0, but got {}",
                    hpa.concurrent_syncs));
  }
  if (hpa.sync_period_ns <= 0) {
    return absl::InvalidArgumentError(
        "horizontal-pod-autoscaler-sync-period must be greater than 0");
  }
  if (hpa.hpa_api != "autoscaling/v2" && hpa.hpa_api != kOwnHpaApi) {
    return absl::InvalidArgumentError(fmt::format(
        "hpa-api must be autoscaling/v2 or {}, but got \"{}\"", kOwnHpaApi, hpa.hpa_api));
  }
  if (!election.elect) return absl::OkStatus();
  return kube::CheckLeaderElectionOptions(
      {.namespace_name = election.resource_namespace,
       .name = election.resource_name,
       .identity = "any",
       .lease_duration = std::chrono::nanoseconds(election.lease_duration_ns),
       .renew_deadline = std::chrono::nanoseconds(election.renew_deadline_ns),
       .retry_period = std::chrono::nanoseconds(election.retry_period_ns)});
}

}  // namespace

void AddAutoscalerFlags(FlagSet& flags, AutoscalerOptions& options, bool& show_version) {
  flags.BeginSection("Autoscaler flags");
  flags.Add(
      "kubeconfig", &options.kubeconfig,
      "The kubeconfig to reach the Kubernetes API server with; without it, the service account "
      "of the pod that the autoscaler runs in.");
  flags.Add("version", &show_version, "Print the version and exit.");
  AddControllerFlags(flags, options.autoscaler);
  AddServingFlags(flags, options.serving);
  AddAccessFlags(flags, options.access);
  AddLogFlags(flags, options.log);
}

void AddControllerFlags(FlagSet& flags, AutoscalerFlags& autoscaler) {
  AddHpaFlags(flags, autoscaler.hpa);
  flags.Add("kube-api-qps", &autoscaler.api_requests_per_second,
            "How many requests per second the HorizontalPodAutoscaler controller sends to the API "
            "server at most.");
  flags.Add("kube-api-burst", &autoscaler.api_burst, "How many of them may be sent at once.");
  AddLeaderElectionFlags(flags, autoscaler.election);
}

absl::Status ValidateController(const AutoscalerFlags& autoscaler) {
  const bool sends = autoscaler.api_requests_per_second > 0;  // which NaN is not
  if (!sends || autoscaler.api_burst < 1) {
    return absl::InvalidArgumentError("kube-api-qps and kube-api-burst must be greater than 0");
  }
  return ValidateHpa(autoscaler.hpa, autoscaler.election);
}

absl::Status Validate(const AutoscalerOptions& options) {
  if (absl::Status status = ValidateController(options.autoscaler); !status.ok()) return status;
  if (absl::Status status = ValidateLog(options.log); !status.ok()) return status;
  return ValidateServing(options.serving);
}

}  // namespace kubegauge::server
