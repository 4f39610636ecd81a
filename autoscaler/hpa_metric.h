#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "autoscaler/boxed.h"
#include "autoscaler/shared_text.h"
#include "autoscaler/written_amount.h"
#include "kube/selector_object.h"

namespace kubegauge::autoscaler {

// The metrics of autoscaling/v2, field for field. All texts are as they came: a `type` that is
// unknown, or not that of the source that is set, is for validation to refuse (hpa.md 17.2) and for
// the decision to survive (hpa.md 7).

struct CrossVersionObjectReference {
  SharedText kind;
  SharedText name;
  SharedText api_version;

  bool operator==(const CrossVersionObjectReference&) const = default;
};

struct MetricIdentifier {
  std::string name;
  Boxed<kube::SelectorObject> selector;

  bool operator==(const MetricIdentifier&) const = default;
};

struct MetricTarget {
  SharedText type;  // "Utilization", "Value", "AverageValue"
  Boxed<WrittenAmount> value;
  Boxed<WrittenAmount> average_value;
  std::optional<int32_t> average_utilization;  // percent of the requests

  bool operator==(const MetricTarget&) const = default;
};

struct ObjectMetricSource {
  CrossVersionObjectReference described_object;
  MetricTarget target;
  MetricIdentifier metric;

  bool operator==(const ObjectMetricSource&) const = default;
};

struct PodsMetricSource {
  MetricIdentifier metric;
  MetricTarget target;

  bool operator==(const PodsMetricSource&) const = default;
};

struct ResourceMetricSource {
  SharedText name;  // "cpu", "memory", …
  MetricTarget target;

  bool operator==(const ResourceMetricSource&) const = default;
};

struct ContainerResourceMetricSource {
  SharedText name;
  std::string container;
  MetricTarget target;

  bool operator==(const ContainerResourceMetricSource&) const = default;
};

struct ExternalMetricSource {
  MetricIdentifier metric;
  MetricTarget target;

  bool operator==(const ExternalMetricSource&) const = default;
};

struct MetricSpec {
  SharedText type;  // "Object", "Pods", "Resource", "ContainerResource", "External"
  Boxed<ObjectMetricSource> object;
  Boxed<PodsMetricSource> pods;
  Boxed<ResourceMetricSource> resource;
  Boxed<ContainerResourceMetricSource> container_resource;
  Boxed<ExternalMetricSource> external;

  bool operator==(const MetricSpec&) const = default;
};

}  // namespace kubegauge::autoscaler
