#include "server/autoscaler/desired_replicas.h"

#include <prometheus/metric_family.h>

#include <utility>

namespace kubegauge::server {

void DesiredReplicas::Set(const autoscaler::HpaMeta& hpa, int32_t replicas) {
  const std::lock_guard lock(mutex_);
  replicas_.insert_or_assign({hpa.namespace_name, hpa.name}, replicas);
}

void DesiredReplicas::Remove(const kube::ObjectKey& hpa) {
  const std::lock_guard lock(mutex_);
  const auto known = replicas_.find(hpa);
  if (known != replicas_.end()) replicas_.erase(known);
}

void DesiredReplicas::Clear() {
  const std::lock_guard lock(mutex_);
  replicas_.clear();
}

std::vector<prometheus::MetricFamily> DesiredReplicas::Collect() const {
  prometheus::MetricFamily family{.name = "horizontal_pod_autoscaler_controller_desired_replicas",
                                  .help = "[ALPHA] Current desired replica count for HPA objects.",
                                  .type = prometheus::MetricType::Gauge};
  const std::lock_guard lock(mutex_);
  if (replicas_.empty()) return {};
  family.metric.reserve(replicas_.size());
  for (const auto& [hpa, replicas] : replicas_) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.label = {{"hpa_name", hpa.name}, {"namespace", hpa.namespace_name}};
    metric.gauge.value = replicas;
  }
  return {std::move(family)};
}

}  // namespace kubegauge::server
