#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/clock.h"
#include "kube/sleeper.h"
#include "kube/token_bucket.h"

namespace kubegauge::kube {

// Delays requests so that no more are sent than the limit allows, as client-go does with QPS and
// burst. Keeps references to `next`, `clock` and `sleeper`.
class RateLimitedApiClient final : public ApiClient {
 public:
  RateLimitedApiClient(ApiClient& next, const RateLimit& limit, const Clock& clock,
                       Sleeper& sleeper)
      : next_(next), clock_(clock), sleeper_(sleeper), bucket_(limit, clock.MonotonicNs()) {}

  boost::asio::awaitable<absl::StatusOr<ApiResponse>> Send(ApiRequest request) override;
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<ApiStream>>> Open(
      ApiRequest request) override;

 private:
  // How long to wait for it.
  std::chrono::nanoseconds TakeTurn();

  ApiClient& next_;
  const Clock& clock_;
  Sleeper& sleeper_;
  std::mutex mutex_;
  TokenBucket bucket_;
};

}  // namespace kubegauge::kube
