#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/http.h"

namespace kubegauge::apiservice {

// Who shows no credential, where that is allowed.
inline constexpr std::string_view kAnonymousUser = "system:anonymous";
inline constexpr std::string_view kUnauthenticatedGroup = "system:unauthenticated";
// Whoever shows one.
inline constexpr std::string_view kAuthenticatedGroup = "system:authenticated";
// Whose members may do everything.
inline constexpr char kMastersGroup[] = "system:masters";

// Who asks (wire.md B.1).
struct UserInfo {
  std::string name;
  std::string uid;
  std::vector<std::string> groups;
  std::vector<std::pair<std::string, std::vector<std::string>>> extra;

  bool InGroup(std::string_view group) const;
  bool is_anonymous() const { return name == kAnonymousUser; }
  // By its name or its groups.
  bool is_stranger() const { return is_anonymous() || InGroup(kUnauthenticatedGroup); }
};

// The user; nullopt where the request carries no credential of the kind that was looked for; an
// error where it carries one that is not valid.
using Authentication = absl::StatusOr<std::optional<UserInfo>>;

// The same of a user who may be kept for the next requests; null instead of nullopt.
using SharedUser = std::shared_ptr<const UserInfo>;
using SharedAuthentication = absl::StatusOr<SharedUser>;
SharedAuthentication Shared(Authentication authentication);

// One way to learn who asks. Thread-safe.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // `request` outlives the call.
  virtual boost::asio::awaitable<Authentication> Authenticate(const Request& request) = 0;
  // The same without the cost of coroutines; no value where the answer has to be waited for.
  virtual std::optional<SharedAuthentication> AuthenticateAtOnce(const Request&) {
    return std::nullopt;
  }
};

// One that never has to wait.
class LocalAuthenticator : public Authenticator {
 public:
  virtual Authentication AuthenticateLocally(const Request& request) = 0;

  boost::asio::awaitable<Authentication> Authenticate(const Request& request) final {
    co_return AuthenticateLocally(request);
  }
  std::optional<SharedAuthentication> AuthenticateAtOnce(const Request& request) final {
    return Shared(AuthenticateLocally(request));
  }
};

// Asks each of its authenticators in turn: the first user wins; when none knew the user, an error
// of any of them makes the request unauthenticated (401), and no credential at all makes it
// system:anonymous (wire.md B.1). Adds the group system:authenticated as upstream does.
class UnionAuthenticator {
 public:
  explicit UnionAuthenticator(std::vector<std::unique_ptr<Authenticator>> authenticators);
  // An error means 401; its message is for the log, never for the client.
  boost::asio::awaitable<absl::StatusOr<UserInfo>> Authenticate(const Request& request) const;
  // Likewise; no value where the answer has to be waited for.
  std::optional<SharedAuthentication> AuthenticateAtOnce(const Request& request) const;

 private:
  std::vector<std::unique_ptr<Authenticator>> authenticators_;
};

}  // namespace kubegauge::apiservice
