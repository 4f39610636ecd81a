#include "apiservice/token_authenticator.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <utility>

#include "apiservice/base64.h"
#include "apiservice/static_token_authenticator.h"
#include "kube/ascii_text.h"
#include "kube/utf8.h"

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kProtocolHeader = "Sec-WebSocket-Protocol";
constexpr std::string_view kTokenProtocol = "base64url.bearer.authorization.k8s.io.";

absl::Status NobodysToken() { return absl::UnauthenticatedError("invalid bearer token"); }

Authentication OfToken(Authentication user) {
  if (user.ok() && !user->has_value()) return NobodysToken();
  return user;
}

// Calls `action` with each item of all fields called `name`, which are lists divided by commas.
template <class Action>
void ForEachItem(const Headers& headers, std::string_view name, const Action& action) {
  for (const auto& [field, value] : headers.fields()) {
    if (!boost::beast::iequals(field, name)) continue;
    std::string_view rest = value;
    for (size_t comma = 0; comma != std::string_view::npos;) {
      comma = rest.find(',');
      action(kube::TrimAsciiSpace(rest.substr(0, comma)));
      if (comma != std::string_view::npos) rest.remove_prefix(comma + 1);
    }
  }
}

bool IsWebSocketRequest(const Headers& headers) {
  if (!boost::beast::iequals(headers.Find("Upgrade"), "websocket")) return false;
  bool upgrades = false;
  ForEachItem(headers, "Connection", [&](std::string_view option) {
    upgrades = upgrades || boost::beast::iequals(option, "upgrade");
  });
  return upgrades;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const kube::Rune rune = kube::FirstRune(text);
    if (rune.value == kube::kReplacementRune && rune.size == 1) return false;
    text.remove_prefix(rune.size);
  }
  return true;
}

}  // namespace

boost::asio::awaitable<Authentication> BearerAuthenticator::Authenticate(const Request& request) {
  const std::string_view token = BearerToken(request.headers);
  if (token.empty()) co_return std::nullopt;
  co_return OfToken(co_await tokens_.AuthenticateToken(std::string(token)));
}

std::optional<SharedAuthentication> BearerAuthenticator::AuthenticateAtOnce(
    const Request& request) {
  const std::string_view token = BearerToken(request.headers);
  if (token.empty()) return SharedUser();
  std::optional<SharedAuthentication> user = tokens_.AuthenticateTokenAtOnce(token);
  if (user && user->ok() && **user == nullptr) return NobodysToken();
  return user;
}

absl::StatusOr<std::string> WebSocketBearerToken(const Headers& headers) {
  if (!IsWebSocketRequest(headers)) return std::string();
  std::vector<std::string_view> encoded_tokens;
  bool offers_others = false;
  ForEachItem(headers, kProtocolHeader, [&](std::string_view protocol) {
    if (protocol.starts_with(kTokenProtocol)) {
      encoded_tokens.push_back(protocol.substr(kTokenProtocol.size()));
    } else {
      offers_others = true;
    }
  });
  if (encoded_tokens.empty()) return std::string();
  if (encoded_tokens.size() > 1) {
    return absl::UnauthenticatedError("multiple base64.bearer.authorization tokens specified");
  }
  absl::StatusOr<std::string> token = DecodeBase64Url(encoded_tokens.front());
  if (!token.ok()) {
    return absl::UnauthenticatedError("invalid base64.bearer.authorization token encoding");
  }
  if (!IsUtf8(*token)) {
    return absl::UnauthenticatedError("invalid base64.bearer.authorization token");
  }
  if (!token->empty() && !offers_others) {
    return absl::UnauthenticatedError("missing additional subprotocol");
  }
  return token;
}

boost::asio::awaitable<Authentication> WebSocketBearerAuthenticator::Authenticate(
    const Request& request) {
  absl::StatusOr<std::string> token = WebSocketBearerToken(request.headers);
  if (!token.ok()) co_return token.status();
  if (token->empty()) co_return std::nullopt;
  co_return OfToken(co_await tokens_.AuthenticateToken(*std::move(token)));
}

std::optional<SharedAuthentication> WebSocketBearerAuthenticator::AuthenticateAtOnce(
    const Request& request) {
  if (IsWebSocketRequest(request.headers)) return std::nullopt;  // rare
  return SharedUser();
}

}  // namespace kubegauge::apiservice
