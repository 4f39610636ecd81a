#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/http.h"

namespace kubegauge::apiservice {

// Who asks (wire.md B.1).
struct UserInfo {
  std::string name;
  std::string uid;
  std::vector<std::string> groups;
  std::vector<std::pair<std::string, std::vector<std::string>>> extra;

  bool InGroup(std::string_view group) const;
};

// One way to learn who asks. Thread-safe.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // The user; nullopt where the request carries no credential of this kind; an error where it
  // carries one that is not valid. `request` outlives the call.
  virtual boost::asio::awaitable<absl::StatusOr<std::optional<UserInfo>>> Authenticate(
      const Request& request) = 0;
};

// Asks each of its authenticators in turn: the first user wins; when none knew the user, an error
// of any of them makes the request unauthenticated (401), and no credential at all makes it
// system:anonymous (wire.md B.1). Adds the group system:authenticated as upstream does.
class UnionAuthenticator {
 public:
  explicit UnionAuthenticator(std::vector<std::unique_ptr<Authenticator>> authenticators);
  // An error means 401; its message is for the log, never for the client.
  boost::asio::awaitable<absl::StatusOr<UserInfo>> Authenticate(const Request& request) const;

 private:
  std::vector<std::unique_ptr<Authenticator>> authenticators_;
};

}  // namespace kubegauge::apiservice
