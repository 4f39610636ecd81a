#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/backoff.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"

namespace kubegauge::kube {

// Repeats requests as client-go does: up to ten times when the answer is 429 or 5xx with a
// Retry-After of a minute at most, after that time; and GET and HEAD also when the connection broke
// (kAborted), after a second. The last answer is returned as it is. Each attempt has the request's
// whole timeout. Keeps references to `next` and `sleeper`.
class RetryingApiClient final : public ApiClient {
 public:
  RetryingApiClient(ApiClient& next, Sleeper& sleeper) : next_(next), sleeper_(sleeper) {}

  boost::asio::awaitable<absl::StatusOr<ApiResponse>> Send(ApiRequest request) override;
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<ApiStream>>> Open(
      ApiRequest request) override;

 private:
  ApiClient& next_;
  Sleeper& sleeper_;
};

// Sends a request that may be repeated whatever its method, such as a TokenReview, until it has an
// answer that is not a passing failure or the policy's attempts are used up: then the last result.
// A passing failure is a connection that broke, a timeout, 429, 500, 504, and whatever comes with
// Retry-After.
boost::asio::awaitable<absl::StatusOr<ApiResponse>> SendWithBackoff(ApiClient& client,
                                                                    ApiRequest request,
                                                                    BackoffPolicy policy,
                                                                    Sleeper& sleeper,
                                                                    RandomSource& random);

}  // namespace kubegauge::kube
