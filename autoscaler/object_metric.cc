#include <fmt/format.h>

#include <utility>

#include "autoscaler/go_milli.h"
#include "autoscaler/metric_evaluation.h"
#include "autoscaler/metric_texts.h"
#include "autoscaler/total_usage.h"

// Metrics of type Object.
namespace kubegauge::autoscaler {
namespace {

absl::StatusOr<int64_t> Usage(const MetricInputs& inputs, const ObjectMetricSource& source,
                              const MetricReading& reading) {
  if (const auto* milli = std::get_if<int64_t>(&reading)) return *milli;
  const auto* error = std::get_if<FetchError>(&reading);
  return absl::UnavailableError(fmt::format(
      "unable to get metric {}: {} on {} {}/unable to fetch metrics from custom metrics API: {}",
      source.metric.name, source.described_object.kind, inputs.hpa.meta.namespace_name,
      source.described_object.name, error == nullptr ? "it was not asked for" : error->text));
}

struct ObjectUse {
  int32_t replicas = 0;
  MetricValueStatus status;
};

absl::StatusOr<ObjectUse> ByValue(const MetricInputs& inputs, const ObjectMetricSource& source,
                                  const MetricReading& reading, MetricTrace& trace) {
  const absl::StatusOr<int64_t> usage = Usage(inputs, source, reading);
  if (!usage.ok()) return usage.status();
  const absl::StatusOr<int32_t> replicas =
      ProposeByTotal(inputs.pods, *usage, GoMilli(*source.target.value), trace);
  if (!replicas.ok()) return replicas.status();
  ObjectUse use{.replicas = *replicas, .status = {}};
  use.status.value = FromMilli(*usage);
  return use;
}

absl::StatusOr<ObjectUse> ByAverageValue(const MetricInputs& inputs,
                                         const ObjectMetricSource& source,
                                         const MetricReading& reading, MetricTrace& trace) {
  const absl::StatusOr<int64_t> usage = Usage(inputs, source, reading);
  if (!usage.ok()) return usage.status();
  const PerPodProposal proposal =
      ProposePerPod(inputs.pods.tolerances, *usage, GoMilli(*source.target.average_value),
                    inputs.scale.status_replicas, Overflow::kWrap, trace);
  ObjectUse use{.replicas = proposal.replicas, .status = {}};
  use.status.average_value = FromMilli(proposal.reported_milli);
  return use;
}

MetricFailure Failure(std::string text, std::string_view prefix) {
  std::string wrapped = fmt::format("failed to get object metric value: {}{}", prefix, text);
  return {"FailedGetObjectMetric", std::move(text), std::move(wrapped)};
}

}  // namespace

MetricEvaluation EvaluateObject(const MetricInputs& inputs, const ObjectMetricSource& source,
                                const MetricReading& reading, MetricTrace& trace) {
  const bool by_value = source.target.type == "Value" && source.target.value;
  const bool by_average = source.target.type == "AverageValue" && source.target.average_value;
  trace.name = by_average
                   ? fmt::format("external metric {}({})", source.metric.name,
                                 SelectorGoText(source.metric.selector))
                   : fmt::format("{} metric {}", source.described_object.kind, source.metric.name);
  if (std::string error = SelectorError(source.metric.selector); !error.empty()) {
    return Failure(std::move(error), "");
  }
  if (!by_value && !by_average) {
    return Failure(
        "invalid object metric source: neither a value target nor an average value target was set",
        "");
  }
  absl::StatusOr<ObjectUse> use = by_value ? ByValue(inputs, source, reading, trace)
                                           : ByAverageValue(inputs, source, reading, trace);
  if (!use.ok()) {
    return Failure(
        TextOf(use.status()),
        by_value ? "" : fmt::format("failed to get {} object metric: ", source.metric.name));
  }
  EvaluatedMetric evaluated{.replicas = use->replicas, .name = trace.name, .status = {}};
  evaluated.status.object = ObjectMetricStatus{.metric = source.metric,
                                               .current = std::move(use->status),
                                               .described_object = source.described_object};
  return evaluated;
}

}  // namespace kubegauge::autoscaler
