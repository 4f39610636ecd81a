#include "apiservice/cached_token_authenticator.h"

#include <utility>

namespace kubegauge::apiservice {

std::optional<SharedAuthentication> CachedTokenAuthenticator::AuthenticateTokenAtOnce(
    std::string_view token) {
  if (token.size() > kMaxTokenBytes) return SharedUser();
  const std::shared_ptr<const Outcome> known = cache_.Find(digest_.Of(token));
  if (known == nullptr) return std::nullopt;
  if (!known->has_value()) return SharedUser();
  return SharedUser(known, &**known);
}

boost::asio::awaitable<Authentication> CachedTokenAuthenticator::AuthenticateToken(
    std::string token) {
  if (token.size() > kMaxTokenBytes) co_return std::nullopt;
  const size_t bytes = token.size();
  const KeyedDigest::Value key = digest_.Of(token);
  if (const auto known = cache_.Find(key)) co_return *known;
  const auto ask = [this, key, token = std::move(token)] { return Ask(key, token); };
  const SingleFlight<Outcome>::Result outcome = co_await flights_.Do(key, bytes, ask);
  if (!outcome.ok()) co_return outcome.status();
  co_return **outcome;
}

boost::asio::awaitable<SingleFlight<CachedTokenAuthenticator::Outcome>::Result>
CachedTokenAuthenticator::Ask(KeyedDigest::Value key, std::string token) {
  // Another flight may have landed between our look into the cache and the start of this one.
  if (auto known = cache_.Find(key)) co_return known;
  absl::StatusOr<Outcome> outcome = co_await next_.AuthenticateToken(std::move(token));
  if (!outcome.ok()) co_return outcome.status();
  auto kept = std::make_shared<const Outcome>(*std::move(outcome));
  cache_.Insert(key, kept, ttl_ns_);
  co_return kept;
}

}  // namespace kubegauge::apiservice
