#include <fmt/format.h>

#include <utility>

#include "autoscaler/go_milli.h"
#include "autoscaler/metric_evaluation.h"
#include "autoscaler/metric_texts.h"
#include "autoscaler/total_usage.h"

// Metrics of type External.
namespace kubegauge::autoscaler {
namespace {

absl::StatusOr<const std::vector<int64_t>*> Values(const MetricInputs& inputs,
                                                   const ExternalMetricSource& source,
                                                   const MetricReading& reading,
                                                   MetricTrace& trace) {
  if (std::string error = SelectorError(source.metric.selector); !error.empty()) {
    return absl::InvalidArgumentError(error);
  }
  const auto* values = std::get_if<std::vector<int64_t>>(&reading);
  if (values != nullptr && !values->empty()) {
    if (inputs.pods.tuning.trace_raw_values) {
      for (const int64_t milli : *values) trace.raw_values.push_back({.pod = {}, .milli = milli});
    }
    return values;
  }
  const auto* error = std::get_if<FetchError>(&reading);
  const std::string why = error == nullptr
                              ? "no metrics returned from external metrics API"
                              : "unable to fetch metrics from external metrics API: " + error->text;
  return absl::UnavailableError(fmt::format("unable to get external metric {}/{}/{}: {}",
                                            inputs.hpa.meta.namespace_name, source.metric.name,
                                            SelectorGoText(source.metric.selector), why));
}

struct ExternalUse {
  int32_t replicas = 0;
  MetricValueStatus status;
};

absl::StatusOr<ExternalUse> ByAverageValue(const MetricInputs& inputs,
                                           const ExternalMetricSource& source,
                                           const MetricReading& reading, MetricTrace& trace) {
  const auto values = Values(inputs, source, reading, trace);
  if (!values.ok()) return values.status();
  const PerPodProposal proposal = ProposePerPod(
      inputs.pods.tolerances, SumForAverageValue(**values), GoMilli(*source.target.average_value),
      inputs.scale.status_replicas, Overflow::kSaturate, trace);
  ExternalUse use{.replicas = proposal.replicas, .status = {}};
  use.status.average_value = FromMilli(proposal.reported_milli);
  return use;
}

absl::StatusOr<ExternalUse> ByValue(const MetricInputs& inputs, const ExternalMetricSource& source,
                                    const MetricReading& reading, MetricTrace& trace) {
  const auto values = Values(inputs, source, reading, trace);
  if (!values.ok()) return values.status();
  const int64_t usage = SumForValue(**values);
  const absl::StatusOr<int32_t> replicas =
      ProposeByTotal(inputs.pods, usage, GoMilli(*source.target.value), trace);
  if (!replicas.ok()) return replicas.status();
  ExternalUse use{.replicas = *replicas, .status = {}};
  use.status.value = FromMilli(usage);
  return use;
}

MetricFailure Failure(const ExternalMetricSource& source, std::string text,
                      std::string_view prefix) {
  std::string wrapped =
      fmt::format("failed to get {} external metric value: {}{}", source.metric.name, prefix, text);
  return {"FailedGetExternalMetric", std::move(text), std::move(wrapped)};
}

}  // namespace

MetricEvaluation EvaluateExternal(const MetricInputs& inputs, const ExternalMetricSource& source,
                                  const MetricReading& reading, MetricTrace& trace) {
  trace.name = fmt::format("external metric {}({})", source.metric.name,
                           SelectorGoText(source.metric.selector));
  const bool by_average = source.target.average_value.has_value();
  if (!by_average && !source.target.value) {
    return Failure(source,
                   "invalid external metric source: neither a value target nor an average value "
                   "target was set",
                   "");
  }
  absl::StatusOr<ExternalUse> use = by_average ? ByAverageValue(inputs, source, reading, trace)
                                               : ByValue(inputs, source, reading, trace);
  if (!use.ok()) {
    return Failure(source, TextOf(use.status()),
                   by_average
                       ? fmt::format("failed to get {} external metric: ", source.metric.name)
                       : fmt::format("failed to get external metric {}: ", source.metric.name));
  }
  EvaluatedMetric evaluated{.replicas = use->replicas, .name = trace.name, .status = {}};
  evaluated.status.external =
      ExternalMetricStatus{.metric = source.metric, .current = std::move(use->status)};
  return evaluated;
}

}  // namespace kubegauge::autoscaler
