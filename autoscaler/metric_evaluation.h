#pragma once

#include <cstdint>
#include <string>

#include "autoscaler/decide.h"
#include "autoscaler/sample_table.h"
#include "autoscaler/trace.h"
#include "autoscaler/usage_proposal.h"

namespace kubegauge::autoscaler {

// One metric of the spec: hpa.md 7, with the texts of 16.1.

// What the metrics of one decision have in common.
struct MetricInputs {
  const Hpa& hpa;
  const ScaleReading& scale;
  const Fetched<PodUsageList>& pod_usage;
  const SampleSlots& usage_slots;  // of pod_usage
  PodsInScope pods;
};

struct MetricFailure {
  const char* reason = "";  // of the event and the condition: "FailedGetResourceMetric"
  std::string text;         // of the same
  std::string wrapped;      // as the error of the reconcile quotes it
  ErrorKind kind = ErrorKind::kInternal;
};

struct EvaluatedMetric {
  int32_t replicas = 0;
  SharedText name;      // "cpu resource"
  MetricStatus status;  // but for the type
};

using MetricEvaluation = std::variant<MetricFailure, EvaluatedMetric>;

// `reading` is that of Observation::metrics.
MetricEvaluation EvaluateMetric(const MetricInputs& inputs, const MetricSpec& metric,
                                const MetricReading& reading, MetricTrace& trace);

// The same for each type of source. What the spec lacks counts as empty.
MetricEvaluation EvaluateResource(const MetricInputs& inputs, const ResourceMetricSource& source,
                                  MetricTrace& trace);
MetricEvaluation EvaluateContainerResource(const MetricInputs& inputs,
                                           const ContainerResourceMetricSource& source,
                                           MetricTrace& trace);
MetricEvaluation EvaluatePods(const MetricInputs& inputs, const PodsMetricSource& source,
                              const MetricReading& reading, MetricTrace& trace);
MetricEvaluation EvaluateObject(const MetricInputs& inputs, const ObjectMetricSource& source,
                                const MetricReading& reading, MetricTrace& trace);
MetricEvaluation EvaluateExternal(const MetricInputs& inputs, const ExternalMetricSource& source,
                                  const MetricReading& reading, MetricTrace& trace);

}  // namespace kubegauge::autoscaler
