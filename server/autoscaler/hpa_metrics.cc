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

HpaMetrics::HpaMetrics(prometheus::Registry& registry, const std::string& lease_name)
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
      desired_replicas_(AddFamily(prometheus::BuildGauge(), registry, "desired_replicas",
                                  "[ALPHA] Current desired replica count for HPA objects.")),
      tracked_(AddFamily(prometheus::BuildGauge(), registry, "num_horizontal_pod_autoscalers",
                         "[ALPHA] Current number of controlled HPA objects.")
                   .Add({})) {
  if (!lease_name.empty()) leads_ = &LeaderStatus(registry, lease_name);
}

void HpaMetrics::SetLeads(bool leads) {
  if (leads_ != nullptr) leads_->Set(leads ? 1 : 0);
  tracked_.Set(0);
  for (const auto& [hpa, gauge] : desired_of_) desired_replicas_.Remove(gauge);
  desired_of_.clear();
}

void HpaMetrics::Forgotten(const autoscaler::Hpa& hpa) {
  tracked_.Decrement();
  const auto known = desired_of_.find(KeyOf(hpa));
  if (known == desired_of_.end()) return;
  desired_replicas_.Remove(known->second);
  desired_of_.erase(known);
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

prometheus::Gauge& HpaMetrics::DesiredOf(const autoscaler::Hpa& hpa) {
  const auto known = desired_of_.find(KeyOf(hpa));
  if (known != desired_of_.end()) return *known->second;
  prometheus::Gauge& gauge =
      desired_replicas_.Add({{"namespace", hpa.meta.namespace_name}, {"hpa_name", hpa.meta.name}});
  desired_of_.emplace(autoscaler::HpaName{hpa.meta.namespace_name, hpa.meta.name}, &gauge);
  return gauge;
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
  if (!outcome.failed) DesiredOf(hpa).Set(outcome.desired_replicas);
}

}  // namespace kubegauge::server
