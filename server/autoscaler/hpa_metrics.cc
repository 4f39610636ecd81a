#include "server/autoscaler/hpa_metrics.h"

#include <vector>

namespace kubegauge::server {
namespace {

using autoscaler::ErrorKind;
using autoscaler::ScaleAction;

constexpr char kPrefix[] = "horizontal_pod_autoscaler_controller_";

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

prometheus::Labels LabelsOf(const autoscaler::Hpa& hpa) {
  return {{"namespace", hpa.meta.namespace_name}, {"hpa_name", hpa.meta.name}};
}

template <class Metric>
prometheus::Family<Metric>& AddFamily(prometheus::Registry& registry, const char* name,
                                      const char* help);

template <>
prometheus::Family<prometheus::Counter>& AddFamily(prometheus::Registry& registry, const char* name,
                                                   const char* help) {
  return prometheus::BuildCounter().Name(std::string(kPrefix) + name).Help(help).Register(registry);
}

template <>
prometheus::Family<prometheus::Histogram>& AddFamily(prometheus::Registry& registry,
                                                     const char* name, const char* help) {
  return prometheus::BuildHistogram()
      .Name(std::string(kPrefix) + name)
      .Help(help)
      .Register(registry);
}

template <>
prometheus::Family<prometheus::Gauge>& AddFamily(prometheus::Registry& registry, const char* name,
                                                 const char* help) {
  return prometheus::BuildGauge().Name(std::string(kPrefix) + name).Help(help).Register(registry);
}

}  // namespace

HpaMetrics::HpaMetrics(prometheus::Registry& registry)
    : reconciliations_(AddFamily<prometheus::Counter>(
          registry, "reconciliations_total",
          "Number of reconciliations of HPA controller. The label 'action' should be either "
          "'scale_down', 'scale_up', or 'none'. Also, the label 'error' should be either 'spec', "
          "'internal', or 'none'.")),
      reconciliation_durations_(AddFamily<prometheus::Histogram>(
          registry, "reconciliation_duration_seconds",
          "The time(seconds) that the HPA controller takes to reconcile once.")),
      computations_(AddFamily<prometheus::Counter>(
          registry, "metric_computation_total",
          "Number of metric computations. The label 'metric_type' corresponds to HPA.spec.metrics[*"
          "].type.")),
      computation_durations_(AddFamily<prometheus::Histogram>(
          registry, "metric_computation_duration_seconds",
          "The time(seconds) that the HPA controller takes to calculate one metric.")),
      desired_replicas_(AddFamily<prometheus::Gauge>(
          registry, "desired_replicas", "Current desired replica count for HPA objects.")),
      tracked_(AddFamily<prometheus::Gauge>(registry, "num_horizontal_pod_autoscalers",
                                            "Current number of controlled HPA objects.")
                   .Add({})) {}

void HpaMetrics::Forgotten(const autoscaler::Hpa& hpa) {
  tracked_.Decrement();
  desired_replicas_.Remove(&desired_replicas_.Add(LabelsOf(hpa)));
}

void HpaMetrics::Reconciled(const autoscaler::Hpa& hpa, const autoscaler::Outcome& outcome,
                            int64_t duration_ns, int64_t fetch_ns) {
  const prometheus::Labels labels = {{"action", TextOf(outcome.action)},
                                     {"error", TextOf(outcome.error_kind)}};
  reconciliations_.Add(labels).Increment();
  reconciliation_durations_.Add(labels, DurationBuckets())
      .Observe(static_cast<double>(duration_ns) / 1e9);
  for (const autoscaler::MetricComputation& computation : outcome.computations) {
    const prometheus::Labels of_metric = {{"action", TextOf(computation.action)},
                                          {"error", TextOf(computation.error)},
                                          {"metric_type", computation.type}};
    computations_.Add(of_metric).Increment();
    // All metrics of an HPA are read at the same time, so each took as long as the slowest.
    computation_durations_.Add(of_metric, DurationBuckets())
        .Observe(static_cast<double>(fetch_ns) / 1e9);
  }
  if (outcome.failed) return;
  desired_replicas_.Add(LabelsOf(hpa)).Set(outcome.desired_replicas);
}

}  // namespace kubegauge::server
