#include "autoscaler/api_get.h"

#include <utility>

namespace kubegauge::autoscaler {

boost::asio::awaitable<absl::StatusOr<std::string>> GetJson(kube::ApiClient& client,
                                                            std::string target,
                                                            std::chrono::milliseconds timeout,
                                                            kube::RequestedResource requested) {
  kube::ApiRequest request{.target = std::move(target), .accept = "application/json"};
  request.timeout = timeout;
  absl::StatusOr<kube::ApiResponse> response = co_await client.Send(std::move(request));
  if (!response.ok()) co_return response.status();
  if (!kube::IsSuccess(*response)) co_return kube::ApiErrorOf(*response, requested);
  co_return std::move(response->body);
}

}  // namespace kubegauge::autoscaler
