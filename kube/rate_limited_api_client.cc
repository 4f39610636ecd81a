#include "kube/rate_limited_api_client.h"

#include <utility>

namespace kubegauge::kube {

namespace asio = boost::asio;

asio::awaitable<void> RateLimitedApiClient::AwaitTurn() {
  std::chrono::nanoseconds wait;
  {
    const std::lock_guard lock(mutex_);
    wait = bucket_.Take(clock_.MonotonicNs());
  }
  if (wait > std::chrono::nanoseconds::zero()) co_await sleeper_.SleepFor(wait);
}

asio::awaitable<absl::StatusOr<ApiResponse>> RateLimitedApiClient::Send(ApiRequest request) {
  co_await AwaitTurn();
  co_return co_await next_.Send(std::move(request));
}

asio::awaitable<absl::StatusOr<std::unique_ptr<ApiStream>>> RateLimitedApiClient::Open(
    ApiRequest request) {
  co_await AwaitTurn();
  co_return co_await next_.Open(std::move(request));
}

}  // namespace kubegauge::kube
