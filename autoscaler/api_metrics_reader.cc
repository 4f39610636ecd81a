#include "autoscaler/api_metrics_reader.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "autoscaler/api_get.h"
#include "autoscaler/pod_usage_decoder.h"
#include "autoscaler/pod_usage_protobuf_decoder.h"
#include "kube/path_segment.h"
#include "kube/protobuf_envelope.h"
#include "kube/request_target.h"

namespace kubegauge::autoscaler {
namespace {

// As kube-controller-manager asks, but for an answer that is neither.
constexpr char kAccept[] = "application/vnd.kubernetes.protobuf,application/json";

absl::StatusOr<PodUsageList> Decode(kube::ApiResponse response, size_t likely_pods) {
  if (response.body.starts_with(kube::kProtobufMagic)) {
    return DecodeProtobufPodUsage(std::move(response.body), likely_pods);
  }
  return DecodePodUsage(std::move(response.body));
}

}  // namespace

boost::asio::awaitable<Fetched<PodUsageList>> ApiMetricsReader::PodUsage(
    std::string_view namespace_name, std::string_view pod_selector, Pods pods) {
  const absl::Status valid = kube::CheckPathSegment("namespace", namespace_name);
  if (!valid.ok()) co_return FetchErrorOf(valid);
  std::string target =
      kube::RequestTarget(fmt::format("/apis/metrics.k8s.io/v1beta1/namespaces/{}/pods",
                                      kube::EncodePathSegment(namespace_name)))
          .Add("labelSelector", pod_selector)
          .Take();
  absl::StatusOr<kube::ApiResponse> response =
      co_await Get(client_, std::move(target), kAccept, timeout_,
                   {.group = "metrics.k8s.io", .resource = "pods"});
  if (!response.ok()) co_return FetchErrorOf(response.status());
  absl::StatusOr<PodUsageList> list = Decode(*std::move(response), pods.size());
  if (!list.ok()) co_return FetchErrorOf(list.status());
  co_return *std::move(list);
}

}  // namespace kubegauge::autoscaler
