#include "apiservice/static_token_authenticator.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <boost/beast/core/string.hpp>

#include "kube/ascii_text.h"

namespace kubegauge::apiservice {
namespace {

// What stands behind `Bearer ` in Authorization; "" without it.
std::string_view BearerCredentials(const Headers& headers) {
  const std::string_view authorization = kube::TrimAsciiSpace(headers.Find("Authorization"));
  const size_t space = authorization.find(' ');
  if (space == std::string_view::npos) return {};
  if (!boost::beast::iequals(authorization.substr(0, space), "bearer")) return {};
  return authorization.substr(space + 1);
}

}  // namespace

std::string_view BearerToken(const Headers& headers) {
  const std::string_view credentials = BearerCredentials(headers);
  return credentials.substr(0, credentials.find(' '));
}

bool HasSpaceBeforeBearerToken(const Headers& headers) {
  return BearerCredentials(headers).starts_with(' ');
}

StaticTokenAuthenticator::StaticTokenAuthenticator(
    std::vector<std::pair<std::string, UserInfo>> users) {
  for (auto& [token, user] : users) {
    if (token.empty()) continue;
    users_.emplace_back(DigestOf(token), std::move(user));
    OPENSSL_cleanse(token.data(), token.size());
  }
}

StaticTokenAuthenticator::Digest StaticTokenAuthenticator::DigestOf(std::string_view token) {
  Digest digest;
  static_assert(sizeof(Digest) == SHA256_DIGEST_LENGTH);
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  return digest;
}

Authentication StaticTokenAuthenticator::AuthenticateLocally(const Request& request) {
  const std::string_view token = BearerToken(request.headers);
  if (token.empty()) return std::nullopt;
  const Digest digest = DigestOf(token);
  const UserInfo* found = nullptr;
  for (const auto& [known, user] : users_) {
    if (CRYPTO_memcmp(known.data(), digest.data(), digest.size()) == 0) found = &user;
  }
  if (found == nullptr) return absl::UnauthenticatedError("invalid bearer token");
  return *found;
}

}  // namespace kubegauge::apiservice
