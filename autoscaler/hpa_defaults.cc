#include "autoscaler/hpa_defaults.h"

#include <utility>

namespace kubegauge::autoscaler {
namespace {

ScalingPolicy FourPods() { return {.type = "Pods", .value = 4, .period_seconds = 15}; }
ScalingPolicy AllPods() { return {.type = "Percent", .value = 100, .period_seconds = 15}; }

void SetRuleDefaults(std::vector<ScalingPolicy> policies, ScalingRules& rules) {
  if (!rules.select_policy) rules.select_policy = "Max";
  if (!rules.policies) rules.policies = std::move(policies);
}

}  // namespace

MetricSpec CpuUtilizationMetric(int32_t percent) {
  ResourceMetricSource cpu{.name = "cpu"};
  cpu.target.type = "Utilization";
  cpu.target.average_utilization = percent;
  MetricSpec metric;
  metric.type = "Resource";
  metric.resource = std::move(cpu);
  return metric;
}

void SetReplicaAndMetricDefaults(HpaSpec& spec) {
  if (!spec.min_replicas) spec.min_replicas = 1;
  if (spec.metrics.empty()) spec.metrics.push_back(CpuUtilizationMetric(kDefaultCpuUtilization));
}

void SetBehaviorDefaults(HpaSpec& spec) {
  if (!spec.behavior) return;
  Behavior& behavior = *spec.behavior;
  if (!behavior.scale_up) behavior.scale_up.emplace();
  if (!behavior.scale_down) behavior.scale_down.emplace();
  if (!behavior.scale_up->stabilization_window_seconds) {
    behavior.scale_up->stabilization_window_seconds = 0;
  }
  SetRuleDefaults({FourPods(), AllPods()}, *behavior.scale_up);
  // The window of scaleDown stays open: the controller's own applies.
  SetRuleDefaults({AllPods()}, *behavior.scale_down);
}

}  // namespace kubegauge::autoscaler
