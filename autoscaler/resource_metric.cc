#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "autoscaler/go_milli.h"
#include "autoscaler/metric_evaluation.h"
#include "autoscaler/metric_texts.h"
#include "autoscaler/shorten.h"

// Metrics of type Resource and ContainerResource.
namespace kubegauge::autoscaler {
namespace {

struct ResourceUse {
  int32_t replicas = 0;
  SharedText name;
  MetricValueStatus status;
};

// What both types are: a resource, of a container where `container` is not empty.
struct ResourceSource {
  std::string_view resource;
  std::string_view container;
  bool is_container = false;
  const MetricTarget& target;
};

std::string NameOf(const ResourceSource& source) {
  std::string name(source.resource);
  if (source.target.average_value) return name.append(" resource");
  if (source.is_container) name.append(" container");
  return name.append(" resource utilization (percentage of request)");
}

absl::StatusOr<SampleTable> Samples(const MetricInputs& inputs, const ResourceSource& source) {
  if (const auto* error = std::get_if<FetchError>(&inputs.pod_usage)) {
    return absl::UnavailableError(
        fmt::format("unable to get metrics for resource {}: unable to fetch metrics from resource "
                    "metrics API: {}",
                    source.resource, error->text));
  }
  const auto& usage = std::get<PodUsageList>(inputs.pod_usage);
  if (usage.pods.empty()) {
    return absl::UnavailableError(
        fmt::format("unable to get metrics for resource {}: no metrics returned from resource "
                    "metrics API",
                    source.resource));
  }
  return ResourceSamples(usage, inputs.usage_slots, source.resource, source.container);
}

absl::StatusOr<UsageProposal> Propose(const MetricInputs& inputs, const ResourceSource& source,
                                      MetricTrace& trace) {
  absl::StatusOr<SampleTable> samples = Samples(inputs, source);
  if (!samples.ok()) return samples.status();
  if (source.target.average_value) {
    return ProposeByAverage(inputs.pods, *std::move(samples), source.resource,
                            GoMilli(*source.target.average_value), trace);
  }
  return ProposeByUtilization(inputs.pods, *std::move(samples), source.resource, source.container,
                              *source.target.average_utilization, trace);
}

MetricValueStatus StatusOf(const ResourceSource& source, const UsageRatio& measured) {
  const auto format = source.resource == "memory" ? kube::QuantityFormat::kBinarySI
                                                  : kube::QuantityFormat::kDecimalSI;
  MetricValueStatus status;
  status.average_value = kube::Quantity::FromScaled(measured.average, -3, format);
  if (!source.target.average_value) status.average_utilization = measured.utilization_percent;
  return status;
}

absl::StatusOr<ResourceUse> Evaluate(const MetricInputs& inputs, const ResourceSource& source,
                                     MetricTrace& trace) {
  trace.name = NameOf(source);
  if (!source.target.average_value && !source.target.average_utilization) {
    return absl::InvalidArgumentError(
        "invalid resource metric source: neither an average utilization target nor an average "
        "value (usage) target was set");
  }
  const absl::StatusOr<UsageProposal> proposal = Propose(inputs, source, trace);
  if (!proposal.ok()) {
    return absl::UnavailableError(fmt::format("failed to get {} {}: {}", source.resource,
                                              source.target.average_value ? "usage" : "utilization",
                                              TextOf(proposal.status())));
  }
  return ResourceUse{proposal->replicas, trace.name, StatusOf(source, proposal->measured)};
}

// Says why a metric of a container failed, where that is because no pod has it.
void TraceAbsence(Pods pods, const std::string& container, MetricTrace& trace) {
  constexpr size_t kMaxNames = 8;
  bool is_absent = true;
  std::vector<std::string_view> names;  // one more than are told says that there are more
  ForEachShape(pods, [&](Pods alike) {
    if (!is_absent) return;
    for (const ContainerRequests& one : alike.front()->shape->containers) {
      if (one.name == container) is_absent = false;
      if (names.size() > kMaxNames) continue;
      if (std::ranges::find(names, one.name) == names.end()) names.push_back(one.name);
    }
  });
  if (names.empty() || !is_absent) return;
  const bool has_more = names.size() > kMaxNames;
  names.resize(std::min(names.size(), kMaxNames));
  trace.absent_container =
      AbsentContainer{.name = Shorten(container),
                      .others = fmt::format("{}{}", fmt::join(names, ", "), has_more ? ", …" : "")};
}

}  // namespace

MetricEvaluation EvaluateResource(const MetricInputs& inputs, const ResourceMetricSource& source,
                                  MetricTrace& trace) {
  absl::StatusOr<ResourceUse> use =
      Evaluate(inputs, {.resource = source.name, .container = {}, .target = source.target}, trace);
  if (!use.ok()) {
    std::string text = TextOf(use.status());
    std::string wrapped =
        fmt::format("failed to get {} resource metric value: {}", source.name, text);
    return MetricFailure{"FailedGetResourceMetric", std::move(text), std::move(wrapped)};
  }
  EvaluatedMetric evaluated{.replicas = use->replicas, .name = std::move(use->name), .status = {}};
  evaluated.status.resource =
      ResourceMetricStatus{.name = source.name, .current = std::move(use->status)};
  return evaluated;
}

MetricEvaluation EvaluateContainerResource(const MetricInputs& inputs,
                                           const ContainerResourceMetricSource& source,
                                           MetricTrace& trace) {
  absl::StatusOr<ResourceUse> use = Evaluate(inputs,
                                             {.resource = source.name,
                                              .container = source.container,
                                              .is_container = true,
                                              .target = source.target},
                                             trace);
  if (!use.ok()) {
    TraceAbsence(inputs.pods.pods, source.container, trace);
    std::string text = TextOf(use.status());
    std::string wrapped =
        fmt::format("failed to get {} container metric value: {}", source.container, text);
    return MetricFailure{"FailedGetContainerResourceMetric", std::move(text), std::move(wrapped)};
  }
  EvaluatedMetric evaluated{.replicas = use->replicas, .name = std::move(use->name), .status = {}};
  evaluated.status.container_resource = ContainerResourceMetricStatus{
      .name = source.name, .container = source.container, .current = std::move(use->status)};
  return evaluated;
}

}  // namespace kubegauge::autoscaler
