#include "autoscaler/fenced_api_client.h"

#include <utility>

namespace kubegauge::autoscaler {
namespace {

bool ReadsOnly(const kube::ApiRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

boost::asio::awaitable<absl::StatusOr<kube::ApiResponse>> Refuse() {
  co_return absl::CancelledError("not sent: this process does not lead any more");
}

}  // namespace

boost::asio::awaitable<absl::StatusOr<kube::ApiResponse>> FencedApiClient::Send(
    kube::ApiRequest request) {
  if (ReadsOnly(request) || leads_()) return next_.Send(std::move(request));
  return Refuse();
}

boost::asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> FencedApiClient::Open(
    kube::ApiRequest request) {
  return next_.Open(std::move(request));
}

}  // namespace kubegauge::autoscaler
