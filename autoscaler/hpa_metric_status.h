#pragma once

#include <cstdint>
#include <optional>

#include "autoscaler/boxed.h"
#include "autoscaler/hpa_metric.h"
#include "autoscaler/shared_text.h"
#include "kube/quantity.h"

namespace kubegauge::autoscaler {

// What an HPA's status says of its metrics, field for field as in autoscaling/v2.

struct MetricValueStatus {
  Boxed<kube::Quantity> value;
  Boxed<kube::Quantity> average_value;
  std::optional<int32_t> average_utilization;

  bool operator==(const MetricValueStatus&) const = default;
};

struct ObjectMetricStatus {
  MetricIdentifier metric;
  MetricValueStatus current;
  CrossVersionObjectReference described_object;

  bool operator==(const ObjectMetricStatus&) const = default;
};

struct PodsMetricStatus {  // that of External too
  MetricIdentifier metric;
  MetricValueStatus current;

  bool operator==(const PodsMetricStatus&) const = default;
};
using ExternalMetricStatus = PodsMetricStatus;

struct ResourceMetricStatus {
  SharedText name;
  MetricValueStatus current;

  bool operator==(const ResourceMetricStatus&) const = default;
};

struct ContainerResourceMetricStatus {
  SharedText name;
  std::string container;
  MetricValueStatus current;

  bool operator==(const ContainerResourceMetricStatus&) const = default;
};

// Blank (type "") for a metric that could not be read.
struct MetricStatus {
  SharedText type;
  Boxed<ObjectMetricStatus> object;
  Boxed<PodsMetricStatus> pods;
  Boxed<ResourceMetricStatus> resource;
  Boxed<ContainerResourceMetricStatus> container_resource;
  Boxed<ExternalMetricStatus> external;

  bool operator==(const MetricStatus&) const = default;
};

}  // namespace kubegauge::autoscaler
