#include "autoscaler/api_metrics_reader.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "autoscaler/api_get.h"
#include "autoscaler/pod_usage_decoder.h"
#include "kube/path_segment.h"
#include "kube/request_target.h"

namespace kubegauge::autoscaler {

boost::asio::awaitable<Fetched<PodUsageList>> ApiMetricsReader::PodUsage(
    std::string_view namespace_name, std::string_view pod_selector, Pods) {
  const absl::Status valid = kube::CheckPathSegment("namespace", namespace_name);
  if (!valid.ok()) co_return FetchErrorOf(valid);
  std::string target =
      kube::RequestTarget(fmt::format("/apis/metrics.k8s.io/v1beta1/namespaces/{}/pods",
                                      kube::EncodePathSegment(namespace_name)))
          .Add("labelSelector", pod_selector)
          .Take();
  const absl::StatusOr<std::string> body = co_await GetJson(
      client_, std::move(target), timeout_, {.group = "metrics.k8s.io", .resource = "pods"});
  if (!body.ok()) co_return FetchErrorOf(body.status());
  absl::StatusOr<PodUsageList> list = DecodePodUsage(*body);
  if (!list.ok()) co_return FetchErrorOf(list.status());
  co_return *std::move(list);
}

}  // namespace kubegauge::autoscaler
