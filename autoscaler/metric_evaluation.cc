#include "autoscaler/metric_evaluation.h"

#include <fmt/format.h>

#include "kube/go_quote.h"

namespace kubegauge::autoscaler {
namespace {

// A type whose source is not set: a lax API lets it through.
template <typename Source>
const Source& OrEmpty(const Boxed<Source>& source, const Source& empty) {
  return source ? *source : empty;
}

MetricFailure UnknownType(const std::string& type) {
  const std::string text = fmt::format("unknown metric source type {}", kube::GoQuote(type));
  return {
      .reason = "InvalidMetricSourceType", .text = text, .wrapped = text, .kind = ErrorKind::kSpec};
}

}  // namespace

MetricEvaluation EvaluateMetric(const MetricInputs& inputs, const MetricSpec& metric,
                                const MetricReading& reading, MetricTrace& trace) {
  trace.tolerance_down = inputs.pods.tolerances.down;
  trace.tolerance_up = inputs.pods.tolerances.up;
  if (metric.type == "Resource") {
    return EvaluateResource(inputs, OrEmpty(metric.resource, {}), trace);
  }
  if (metric.type == "ContainerResource") {
    return EvaluateContainerResource(inputs, OrEmpty(metric.container_resource, {}), trace);
  }
  if (metric.type == "Pods") return EvaluatePods(inputs, OrEmpty(metric.pods, {}), reading, trace);
  if (metric.type == "Object") {
    return EvaluateObject(inputs, OrEmpty(metric.object, {}), reading, trace);
  }
  if (metric.type == "External") {
    return EvaluateExternal(inputs, OrEmpty(metric.external, {}), reading, trace);
  }
  return UnknownType(metric.type);
}

}  // namespace kubegauge::autoscaler
