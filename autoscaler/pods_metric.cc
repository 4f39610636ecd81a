#include <fmt/format.h>

#include <utility>

#include "autoscaler/go_milli.h"
#include "autoscaler/metric_evaluation.h"
#include "autoscaler/metric_texts.h"

// Metrics of type Pods.
namespace kubegauge::autoscaler {
namespace {

absl::StatusOr<const std::vector<PodMetric>*> Samples(const std::string& metric,
                                                      const MetricReading& reading) {
  const auto* samples = std::get_if<std::vector<PodMetric>>(&reading);
  if (samples != nullptr && !samples->empty()) return samples;
  const auto* error = std::get_if<FetchError>(&reading);
  const std::string why = error == nullptr
                              ? "no metrics returned from custom metrics API"
                              : "unable to fetch metrics from custom metrics API: " + error->text;
  return absl::UnavailableError(fmt::format("unable to get metric {}: {}", metric, why));
}

absl::StatusOr<UsageProposal> Propose(const MetricInputs& inputs, const PodsMetricSource& source,
                                      const MetricReading& reading, MetricTrace& trace) {
  if (std::string error = SelectorError(source.metric.selector); !error.empty()) {
    return absl::InvalidArgumentError(error);
  }
  if (!source.target.average_value) {
    return absl::InvalidArgumentError(
        "invalid pods metric source: no average value target was set");
  }
  const auto samples = Samples(source.metric.name, reading);
  if (!samples.ok()) return samples.status();
  return ProposeByAverage(inputs.pods, PodSamples(**samples, inputs.pods.pods), "",
                          GoMilli(*source.target.average_value), trace);
}

}  // namespace

MetricEvaluation EvaluatePods(const MetricInputs& inputs, const PodsMetricSource& source,
                              const MetricReading& reading, MetricTrace& trace) {
  trace.name = "pods metric " + source.metric.name;
  const absl::StatusOr<UsageProposal> proposal = Propose(inputs, source, reading, trace);
  if (!proposal.ok()) {
    std::string text = TextOf(proposal.status());
    std::string wrapped = "failed to get pods metric value: " + text;
    return MetricFailure{"FailedGetPodsMetric", std::move(text), std::move(wrapped)};
  }
  EvaluatedMetric evaluated{.replicas = proposal->replicas, .name = trace.name, .status = {}};
  PodsMetricStatus& status = evaluated.status.pods.emplace();
  status.metric = source.metric;
  status.current.average_value = FromMilli(proposal->measured.average);
  return evaluated;
}

}  // namespace kubegauge::autoscaler
