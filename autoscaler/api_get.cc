#include "autoscaler/api_get.h"

#include <utility>

namespace kubegauge::autoscaler {

boost::asio::awaitable<absl::StatusOr<kube::ApiResponse>> Get(kube::ApiClient& client,
                                                              std::string target,
                                                              std::string accept,
                                                              std::chrono::milliseconds timeout,
                                                              kube::RequestedResource requested) {
  kube::ApiRequest request{.target = std::move(target), .accept = std::move(accept)};
  request.timeout = timeout;
  absl::StatusOr<kube::ApiResponse> response = co_await client.Send(std::move(request));
  if (!response.ok()) co_return response.status();
  if (!kube::IsSuccess(*response)) co_return kube::ApiErrorOf(*response, requested);
  co_return response;
}

boost::asio::awaitable<absl::StatusOr<std::string>> GetJson(kube::ApiClient& client,
                                                            std::string target,
                                                            std::chrono::milliseconds timeout,
                                                            kube::RequestedResource requested) {
  absl::StatusOr<kube::ApiResponse> response =
      co_await Get(client, std::move(target), "application/json", timeout, requested);
  if (!response.ok()) co_return response.status();
  co_return std::move(response->body);
}

}  // namespace kubegauge::autoscaler
