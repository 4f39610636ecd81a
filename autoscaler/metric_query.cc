#include "autoscaler/decide.h"
#include "autoscaler/metric_texts.h"

namespace kubegauge::autoscaler {
namespace {

// The text for the query; nothing is asked for where there is no selector.
absl::StatusOr<std::string> SelectorText(const Boxed<kube::SelectorObject>& selector) {
  if (!selector) return std::string();
  const absl::StatusOr<kube::LabelSelector> parsed = kube::ToLabelSelector(*selector);
  if (!parsed.ok()) return parsed.status();
  return parsed->ToString();
}

absl::StatusOr<MetricQuery> Of(MetricQuery::Api api, const MetricIdentifier& metric) {
  absl::StatusOr<std::string> selector = SelectorText(metric.selector);
  if (!selector.ok()) return selector.status();
  return MetricQuery{.api = api,
                     .metric = metric.name,
                     .metric_selector = *std::move(selector),
                     .described_object = {}};
}

}  // namespace

bool IsOfPodUsage(const MetricSpec& metric) {
  return metric.type == "Resource" || metric.type == "ContainerResource";
}

absl::StatusOr<MetricQuery> QueryOf(const MetricSpec& metric) {
  if (IsOfPodUsage(metric)) return MetricQuery{};
  if (metric.type == "Pods" && metric.pods) return Of(MetricQuery::Api::kPods, metric.pods->metric);
  if (metric.type == "External" && metric.external) {
    return Of(MetricQuery::Api::kExternal, metric.external->metric);
  }
  if (metric.type == "Object" && metric.object) {
    absl::StatusOr<MetricQuery> query = Of(MetricQuery::Api::kObject, metric.object->metric);
    if (query.ok()) query->described_object = metric.object->described_object;
    return query;
  }
  return absl::InvalidArgumentError("there is no source for a metric of type " + metric.type.str());
}

}  // namespace kubegauge::autoscaler
