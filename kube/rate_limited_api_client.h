#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/clock.h"
#include "kube/sleeper.h"
#include "kube/token_bucket.h"

namespace kubegauge::kube {

// Delays requests so that no more are sent than the limit allows, as client-go does with QPS and
// burst. Keeps references to `next`, `clock` and `sleeper`. Thread-safe.
class RateLimitedApiClient final : public ApiClient {
 public:
  RateLimitedApiClient(ApiClient& next, const RateLimit& limit, const Clock& clock,
                       Sleeper& sleeper)
      : next_(next),
        clock_(clock),
        sleeper_(sleeper),
        turns_(std::make_shared<Turns>(limit, clock.MonotonicNs())) {}

  // One whose requests count against the limit of `other` together with those of `other`.
  RateLimitedApiClient(ApiClient& next, const RateLimitedApiClient& other)
      : next_(next), clock_(other.clock_), sleeper_(other.sleeper_), turns_(other.turns_) {}

  boost::asio::awaitable<absl::StatusOr<ApiResponse>> Send(ApiRequest request) override;
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<ApiStream>>> Open(
      ApiRequest request) override;

 private:
  struct Turns {
    Turns(const RateLimit& limit, int64_t now_ns) : bucket(limit, now_ns) {}

    std::mutex mutex;
    TokenBucket bucket;
  };

  // How long to wait for it.
  std::chrono::nanoseconds TakeTurn();

  ApiClient& next_;
  const Clock& clock_;
  Sleeper& sleeper_;
  const std::shared_ptr<Turns> turns_;
};

}  // namespace kubegauge::kube
