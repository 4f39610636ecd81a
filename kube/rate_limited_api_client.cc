#include "kube/rate_limited_api_client.h"

#include <utility>

namespace kubegauge::kube {

namespace asio = boost::asio;

std::chrono::nanoseconds RateLimitedApiClient::TakeTurn() {
  const std::lock_guard lock(turns_->mutex);
  return turns_->bucket.Take(clock_.MonotonicNs());
}

asio::awaitable<absl::StatusOr<ApiResponse>> RateLimitedApiClient::Send(ApiRequest request) {
  const std::chrono::nanoseconds wait = TakeTurn();
  if (wait == std::chrono::nanoseconds::zero()) return next_.Send(std::move(request));
  return [](ApiClient& next, Sleeper& sleeper, auto wait,
            ApiRequest request) -> asio::awaitable<absl::StatusOr<ApiResponse>> {
    co_await sleeper.SleepFor(wait);
    co_return co_await next.Send(std::move(request));
  }(next_, sleeper_, wait, std::move(request));
}

asio::awaitable<absl::StatusOr<std::unique_ptr<ApiStream>>> RateLimitedApiClient::Open(
    ApiRequest request) {
  const std::chrono::nanoseconds wait = TakeTurn();
  if (wait > std::chrono::nanoseconds::zero()) co_await sleeper_.SleepFor(wait);
  co_return co_await next_.Open(std::move(request));
}

}  // namespace kubegauge::kube
