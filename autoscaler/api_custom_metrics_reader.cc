#include "autoscaler/api_custom_metrics_reader.h"

#include <fmt/format.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "autoscaler/api_get.h"
#include "autoscaler/metric_value_decoder.h"
#include "autoscaler/metric_value_request.h"
#include "kube/group_version.h"

namespace kubegauge::autoscaler {
namespace {

using boost::asio::awaitable;

constexpr std::string_view kCustomMetrics = "custom.metrics.k8s.io";
constexpr std::string_view kExternalMetrics = "external.metrics.k8s.io";

// A version that does not parse leaves no group either.
std::string GroupOf(const CrossVersionObjectReference& reference) {
  absl::StatusOr<kube::GroupVersion> parsed = kube::ParseGroupVersion(reference.api_version);
  return parsed.ok() ? std::move(parsed->group) : std::string();
}

// A metric of the namespace itself, whose name in the spec does not count.
MetricValueRequest NamespaceRequest(std::string_view namespace_name, const MetricQuery& query) {
  return {.namespace_name = namespace_name,
          .resource = "metrics",
          .name = query.metric,
          .metric_selector = query.metric_selector};
}

// What the body of an answer gives.

MetricReading SamplesIn(const absl::StatusOr<std::string>& body) {
  if (!body.ok()) return FetchErrorOf(body.status());
  absl::StatusOr<std::vector<PodMetric>> samples = DecodeMetricValues(*body);
  if (!samples.ok()) return FetchErrorOf(samples.status());
  return *std::move(samples);
}

MetricReading OnlyValueIn(const absl::StatusOr<std::string>& body) {
  MetricReading reading = SamplesIn(body);
  const auto* samples = std::get_if<std::vector<PodMetric>>(&reading);
  if (samples == nullptr) return reading;
  if (samples->size() == 1) return samples->front().milli;
  return FetchError{
      fmt::format("the custom metrics API server returned {} results when we asked for exactly one",
                  samples->size())};
}

// client-go has a decoder of what it has asked for, and of YAML.
bool IsDecodable(std::string_view content_type) {
  std::string media_type(content_type.substr(0, content_type.find(';')));
  absl::StripAsciiWhitespace(&media_type);
  absl::AsciiStrToLower(&media_type);
  return media_type.empty() || media_type == "application/json" || media_type == "application/yaml";
}

MetricReading ExternalValuesIn(const absl::StatusOr<kube::ApiResponse>& response) {
  if (!response.ok()) return FetchErrorOf(response.status());
  const std::string_view content_type = response->head.Find("content-type");
  if (!IsDecodable(content_type)) {
    return FetchError{fmt::format("serializer for {} doesn't exist", content_type)};
  }
  if (response->body.empty()) {
    return FetchError{fmt::format("0-length response with status code: {} and content type: {}",
                                  response->head.status, content_type)};
  }
  absl::StatusOr<std::vector<int64_t>> values = DecodeExternalMetricValues(response->body);
  if (!values.ok()) return FetchErrorOf(values.status());
  return *std::move(values);
}

}  // namespace

awaitable<MetricReading> ApiCustomMetricsReader::Read(std::string_view namespace_name,
                                                      std::string_view pod_selector,
                                                      const MetricQuery& query) {
  if (query.api == MetricQuery::Api::kExternal) return ReadExternal(namespace_name, query);
  if (query.api == MetricQuery::Api::kPods) return ReadPods(namespace_name, pod_selector, query);
  return ReadObject(namespace_name, query);
}

awaitable<MetricReading> ApiCustomMetricsReader::ReadPods(std::string_view namespace_name,
                                                          std::string_view pod_selector,
                                                          const MetricQuery& query) {
  const absl::StatusOr<std::string> version = co_await version_.Get();
  if (!version.ok()) co_return FetchErrorOf(version.status());
  const MetricValueRequest request{.namespace_name = namespace_name,
                                   .resource = "pods",
                                   .name = "*",
                                   .subresource = query.metric,
                                   .pod_selector = pod_selector,
                                   .metric_selector = query.metric_selector};
  co_return SamplesIn(co_await GetValues(request, *version));
}

awaitable<MetricReading> ApiCustomMetricsReader::ReadObject(std::string_view namespace_name,
                                                            const MetricQuery& query) {
  const absl::StatusOr<std::string> version = co_await version_.Get();
  if (!version.ok()) co_return FetchErrorOf(version.status());
  const CrossVersionObjectReference& object = query.described_object;
  const std::string group = GroupOf(object);
  if (group.empty() && object.kind == "Namespace") {
    const MetricValueRequest request = NamespaceRequest(namespace_name, query);
    co_return OnlyValueIn(co_await GetValues(request, *version));
  }
  const absl::StatusOr<std::string> resource =
      co_await mapper_.QualifiedResourceOf(group, object.kind);
  if (!resource.ok()) co_return FetchErrorOf(resource.status());
  const MetricValueRequest request{.namespace_name = namespace_name,
                                   .resource = *resource,
                                   .name = object.name,
                                   .subresource = query.metric,
                                   .metric_selector = query.metric_selector};
  co_return OnlyValueIn(co_await GetValues(request, *version));
}

awaitable<absl::StatusOr<std::string>> ApiCustomMetricsReader::GetValues(
    const MetricValueRequest& request, std::string_view version) {
  const absl::StatusOr<std::string> target = TargetOf(request, version);
  if (!target.ok()) co_return target.status();
  co_return co_await GetJson(
      client_, *target, timeout_,
      {.group = kCustomMetrics, .resource = request.resource, .name = request.name});
}

awaitable<MetricReading> ApiCustomMetricsReader::ReadExternal(std::string_view namespace_name,
                                                              const MetricQuery& query) {
  const absl::StatusOr<std::string> target =
      ExternalMetricTarget(namespace_name, query.metric, query.metric_selector);
  if (!target.ok()) co_return FetchErrorOf(target.status());
  co_return ExternalValuesIn(co_await Get(client_, *target, "application/json", timeout_,
                                          {.group = kExternalMetrics, .resource = query.metric}));
}

}  // namespace kubegauge::autoscaler
