#pragma once

#include <cstdint>
#include <memory>

#include "apiservice/expiring_cache.h"
#include "apiservice/keyed_digest.h"
#include "apiservice/single_flight.h"
#include "apiservice/token_authenticator.h"
#include "kube/clock.h"

namespace kubegauge::apiservice {

// More than the tokens that ask a cluster's metrics at once; some MiB when full.
inline constexpr size_t kMaxCachedTokens = 8192;
// No issuer makes a longer one.
inline constexpr size_t kMaxTokenBytes = 64 * 1024;

// Remembers whose a token is, or that it is nobody's, for `ttl_ns` nanoseconds (0: not at all), and
// asks `next` once for all requests that wait for the same token. Errors are not remembered. Tokens
// are kept as keyed digests only; one beyond kMaxTokenBytes is nobody's, unasked. Thread-safe;
// keeps references; outlives what it has asked.
class CachedTokenAuthenticator final : public TokenAuthenticator {
 public:
  CachedTokenAuthenticator(TokenAuthenticator& next, int64_t ttl_ns, const kube::Clock& clock)
      : next_(next), ttl_ns_(ttl_ns), cache_(kMaxCachedTokens, clock) {}

  boost::asio::awaitable<Authentication> AuthenticateToken(std::string token) override;
  std::optional<SharedAuthentication> AuthenticateTokenAtOnce(std::string_view token) override;

 private:
  using Outcome = std::optional<UserInfo>;

  boost::asio::awaitable<SingleFlight<Outcome>::Result> Ask(KeyedDigest::Value key,
                                                            std::string token);

  TokenAuthenticator& next_;
  const int64_t ttl_ns_;
  const KeyedDigest digest_;
  ExpiringCache<Outcome> cache_;
  SingleFlight<Outcome> flights_;
};

}  // namespace kubegauge::apiservice
