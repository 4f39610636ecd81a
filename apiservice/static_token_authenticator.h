#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "apiservice/authentication.h"

namespace kubegauge::apiservice {

// The token of `Authorization: Bearer <token>`, read as upstream does: the scheme in any case, the
// token up to the next space; empty where the request carries none (another scheme, no token).
std::string_view BearerToken(const Headers& headers);
// Whether there is none because of a further space in front of it, of which upstream warns.
bool HasSpaceBeforeBearerToken(const Headers& headers);

// Knows users by a fixed table of bearer tokens. An unknown token is an error, `invalid bearer
// token`. Keeps digests only, and compares with all of them in constant time. Thread-safe.
class StaticTokenAuthenticator final : public LocalAuthenticator {
 public:
  // Pairs of a token and whose it is; empty tokens are left out.
  explicit StaticTokenAuthenticator(std::vector<std::pair<std::string, UserInfo>> users);

  Authentication AuthenticateLocally(const Request& request) override;

 private:
  using Digest = std::array<unsigned char, 32>;

  static Digest DigestOf(std::string_view token);

  std::vector<std::pair<Digest, UserInfo>> users_;
};

}  // namespace kubegauge::apiservice
