#pragma once

#include <spdlog/logger.h>

#include <string_view>

#include "apiservice/rate_limited_log.h"
#include "apiservice/review_client.h"
#include "apiservice/token_authenticator.h"

namespace kubegauge::apiservice {

// Asks the API server whose a token is, by TokenReview (wire.md B.5), within ten seconds and with
// upstream's retries. That it cannot be asked is logged now and then as an error. Needs the
// permission to create tokenreviews.authentication.k8s.io. Thread-safe; keeps references.
class TokenReviewAuthenticator final : public TokenAuthenticator {
 public:
  TokenReviewAuthenticator(const ReviewTransport& transport, spdlog::logger& log)
      : transport_(transport), log_(log, transport.clock) {}

  boost::asio::awaitable<absl::StatusOr<std::optional<UserInfo>>> AuthenticateToken(
      std::string token) override;

 private:
  const ReviewTransport transport_;
  RateLimitedLog log_;
};

// The body of the request.
std::string TokenReviewJson(std::string_view token);

}  // namespace kubegauge::apiservice
