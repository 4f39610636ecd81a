#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "autoscaler/hpa_metric.h"
#include "kube/quantity.h"

// Metrics of an HPA's spec and what they aim at, in few words.
namespace kubegauge::autoscaler::testing {

inline kube::Quantity Milli(int64_t milli) { return kube::Quantity::FromScaled(milli, -3); }

inline MetricSpec ResourceUtilization(std::string resource, int32_t percent) {
  MetricSpec metric{.type = "Resource"};
  metric.resource.emplace().name = std::move(resource);
  metric.resource->target.type = "Utilization";
  metric.resource->target.average_utilization = percent;
  return metric;
}

inline MetricSpec ResourceAverage(std::string resource, int64_t milli) {
  MetricSpec metric{.type = "Resource"};
  metric.resource.emplace().name = std::move(resource);
  metric.resource->target.type = "AverageValue";
  metric.resource->target.average_value = Milli(milli);
  return metric;
}

inline MetricSpec ContainerUtilization(std::string container, int32_t percent) {
  MetricSpec metric{.type = "ContainerResource"};
  metric.container_resource.emplace().name = "cpu";
  metric.container_resource->container = std::move(container);
  metric.container_resource->target.type = "Utilization";
  metric.container_resource->target.average_utilization = percent;
  return metric;
}

inline MetricSpec PodsMetric(int64_t milli) {
  MetricSpec metric{.type = "Pods"};
  metric.pods.emplace().metric.name = "rps";
  metric.pods->target.type = "AverageValue";
  metric.pods->target.average_value = Milli(milli);
  return metric;
}

inline MetricSpec ObjectMetric(const char* type, int64_t milli) {
  MetricSpec metric{.type = "Object"};
  metric.object.emplace().metric.name = "hits";
  metric.object->described_object = {.kind = "Ingress", .name = "route", .api_version = ""};
  metric.object->target.type = type;
  (metric.object->target.type == "Value" ? metric.object->target.value
                                         : metric.object->target.average_value) = Milli(milli);
  return metric;
}

inline MetricSpec ExternalMetric(const char* type, int64_t milli) {
  MetricSpec metric{.type = "External"};
  metric.external.emplace().metric.name = "queue";
  metric.external->target.type = type;
  (metric.external->target.type == "Value" ? metric.external->target.value
                                           : metric.external->target.average_value) = Milli(milli);
  return metric;
}

}  // namespace kubegauge::autoscaler::testing
