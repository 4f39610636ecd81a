#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "apiservice/authentication.h"

namespace kubegauge::apiservice {

// Learns whose a bearer token is. Thread-safe.
class TokenAuthenticator {
 public:
  virtual ~TokenAuthenticator() = default;
  // The user; nullopt for a token that is not valid; an error where nobody could tell, or where the
  // issuer says why the token is refused. No error contains the token.
  virtual boost::asio::awaitable<Authentication> AuthenticateToken(std::string token) = 0;
  // The same without the cost of coroutines; no value where the answer has to be waited for.
  virtual std::optional<SharedAuthentication> AuthenticateTokenAtOnce(std::string_view) {
    return std::nullopt;
  }
};

// `Authorization: Bearer <token>` (wire.md B.1). A token that is not valid is an error.
// Thread-safe; keeps a reference to `tokens`.
class BearerAuthenticator final : public Authenticator {
 public:
  explicit BearerAuthenticator(TokenAuthenticator& tokens) : tokens_(tokens) {}

  boost::asio::awaitable<Authentication> Authenticate(const Request& request) override;
  std::optional<SharedAuthentication> AuthenticateAtOnce(const Request& request) override;

 private:
  TokenAuthenticator& tokens_;
};

// The token of a WebSocket request's sub-protocol `base64url.bearer.authorization.k8s.io.<token>`,
// for browsers, which cannot set Authorization there. Upstream's rules: another sub-protocol must
// be offered along, and more than one token is an error. Thread-safe; keeps a reference to
// `tokens`.
class WebSocketBearerAuthenticator final : public Authenticator {
 public:
  explicit WebSocketBearerAuthenticator(TokenAuthenticator& tokens) : tokens_(tokens) {}

  boost::asio::awaitable<Authentication> Authenticate(const Request& request) override;
  std::optional<SharedAuthentication> AuthenticateAtOnce(const Request& request) override;

 private:
  TokenAuthenticator& tokens_;
};

// The token that the sub-protocols of a WebSocket request carry, "" for none.
absl::StatusOr<std::string> WebSocketBearerToken(const Headers& headers);

}  // namespace kubegauge::apiservice
