#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "kube/clock.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"

namespace kubegauge::apiservice {

// What asking the API server takes: a client that does not retry, and time and chance for retries.
// All outlive their users, and are thread-safe.
struct ReviewTransport {
  kube::ApiClient& client;
  kube::Sleeper& sleeper;
  kube::RandomSource& random;
  const kube::Clock& clock;
};

// For one exchange (wire.md B.5).
inline constexpr std::chrono::seconds kReviewTimeout{10};

// Sends a TokenReview or SubjectAccessReview and gives the `status` object of the answer. Passing
// failures are repeated by kube::kReviewBackoff, and after the time that a `Retry-After` asks for,
// but nothing takes longer than `patience`. What keeps failing is kUnavailable, with what the API
// server said.
boost::asio::awaitable<absl::StatusOr<nlohmann::json>> PostReview(const ReviewTransport& transport,
                                                                  std::string path,
                                                                  std::string body,
                                                                  std::chrono::seconds patience);

}  // namespace kubegauge::apiservice
