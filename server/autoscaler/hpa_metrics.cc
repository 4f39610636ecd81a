#include "server/autoscaler/hpa_metrics.h"

#include <fmt/format.h>

#include <string_view>

namespace kubegauge::server {
namespace {

using autoscaler::ErrorKind;
using autoscaler::ScaleAction;

// Upstream's words about the labels, which several help texts share.
constexpr std::string_view kActions =
    "The label 'action' should be either 'scale_down', 'scale_up', or 'none'.";
constexpr std::string_view kErrors =
    "label 'error' should be either 'spec', 'internal', or 'none'.";
constexpr std::string_view kFirstError =
    "Note that if both spec and internal errors happen during a reconciliation, the first one to "
    "occur is reported in `error` label.";
constexpr std::string_view kMetricTypes =
    "The label 'metric_type' corresponds to HPA.spec.metrics[*].type";

prometheus::Histogram::BucketBoundaries DurationBuckets() {
  prometheus::Histogram::BucketBoundaries buckets;
  double bound = 0.001;
  for (int i = 0; i < 15; ++i, bound *= 2) buckets.push_back(bound);
  return buckets;
}

const char* TextOf(ScaleAction action) {
  switch (action) {
    case ScaleAction::kScaleUp:
      return "scale_up";
    case ScaleAction::kScaleDown:
      return "scale_down";
    case ScaleAction::kNone:
      break;
  }
  return "none";
}

const char* TextOf(ErrorKind error) {
  switch (error) {
    case ErrorKind::kSpec:
      return "spec";
    case ErrorKind::kInternal:
      return "internal";
    case ErrorKind::kNone:
      break;
  }
  return "none";
}

kube::ObjectKey KeyOf(const autoscaler::Hpa& hpa) {
  return {hpa.meta.namespace_name, hpa.meta.name};
}

template <class Builder>
auto& AddFamily(Builder builder, prometheus::Registry& registry, std::string_view name,
                const std::string& help) {
  return builder.Name(fmt::format("horizontal_pod_autoscaler_controller_{}", name))
      .Help(help)
      .Register(registry);
}

prometheus::Gauge& LeaderStatus(prometheus::Registry& registry, const std::string& lease_name) {
  return prometheus::BuildGauge()
      .Name("leader_election_master_status")
      .Help(
          "[ALPHA] Gauge of if the reporting system is master of the relevant lease, 0 indicates "
          "backup, 1 indicates master. 'name' is the string used to identify the lease. Please "
          "make sure to group by name.")
      .Register(registry)
      .Add({{"name", lease_name}});
}

}  // namespace

HpaMetrics::HpaMetrics(MetricsRegistry& registry, const std::string& lease_name)
    : reconciliations_(AddFamily(
          prometheus::BuildCounter(), registry, "reconciliations_total",
          fmt::format("[BETA] Number of reconciliations of HPA controller. {} Also, the {} {}",
                      kActions, kErrors, kFirstError))),
      reconciliation_durations_(AddFamily(
          prometheus::BuildHistogram(), registry, "reconciliation_duration_seconds",
          fmt::format("[BETA] The time(seconds) that the HPA controller takes to reconcile once. "
                      "{} Also, the {} {}",
                      kActions, kErrors, kFirstError))),
      computations_(
          AddFamily(prometheus::BuildCounter(), registry, "metric_computation_total",
                    fmt::format("[BETA] Number of metric computations. {} Also, the {} {}",
                                kActions, kErrors, kMetricTypes))),
      computation_durations_(AddFamily(
          prometheus::BuildHistogram(), registry, "metric_computation_duration_seconds",
          fmt::format("[BETA] The time(seconds) that the HPA controller takes to calculate one "
                      "metric. {} The {} {}",
                      kActions, kErrors, kMetricTypes))),
      tracked_(AddFamily(prometheus::BuildGauge(), registry, "num_horizontal_pod_autoscalers",
                         "[ALPHA] Current number of controlled HPA objects.")
                   .Add({})) {
  registry.Append(desired_replicas_);
  if (!lease_name.empty()) leads_ = &LeaderStatus(registry, lease_name);
}

void HpaMetrics::SetLeads(bool leads) {
  if (leads_ != nullptr) leads_->Set(leads ? 1 : 0);
  tracked_.Set(0);
  desired_replicas_->Clear();
}

void HpaMetrics::Forgotten(const autoscaler::Hpa& hpa) {
  tracked_.Decrement();
  desired_replicas_->Remove(KeyOf(hpa));
}

HpaMetrics::Series& HpaMetrics::Of(const Reconciliation& labels) {
  Series& series = of_reconciliations_[labels];
  if (series.total == nullptr) {
    const prometheus::Labels texts = {{"action", TextOf(labels.first)},
                                      {"error", TextOf(labels.second)}};
    series = {&reconciliations_.Add(texts),
              &reconciliation_durations_.Add(texts, DurationBuckets())};
  }
  return series;
}

HpaMetrics::Series& HpaMetrics::Of(const Computation& labels) {
  Series& series = of_computations_[labels];
  if (series.total == nullptr) {
    const auto& [action, error, type] = labels;
    const prometheus::Labels texts = {
        {"action", TextOf(action)}, {"error", TextOf(error)}, {"metric_type", type}};
    series = {&computations_.Add(texts), &computation_durations_.Add(texts, DurationBuckets())};
  }
  return series;
}

void HpaMetrics::Reconciled(const autoscaler::Hpa& hpa, const autoscaler::Outcome& outcome,
                            int64_t duration_ns, int64_t fetch_ns) {
  const Series& reconciled = Of(Reconciliation(outcome.action, outcome.error_kind));
  reconciled.total->Increment();
  reconciled.duration->Observe(static_cast<double>(duration_ns) / 1e9);
  for (const autoscaler::MetricComputation& computation : outcome.computations) {
    const Series& computed =
        Of(Computation(computation.action, computation.error, computation.type));
    computed.total->Increment();
    // All metrics of an HPA are read at the same time, so each took as long as the slowest.
    computed.duration->Observe(static_cast<double>(fetch_ns) / 1e9);
  }
  if (!outcome.failed) desired_replicas_->Set(hpa.meta, outcome.desired_replicas);
}

}  // namespace kubegauge::server
