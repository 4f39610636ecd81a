#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "apiservice/authentication.h"
#include "apiservice/request_info.h"

namespace kubegauge::apiservice {

struct AuthorizationDecision {
  bool allowed = false;
  std::string reason;  // shown to the client behind the 403's message; may be empty
};

// An error means that nobody could tell (500).
using Authorization = absl::StatusOr<AuthorizationDecision>;

// Whether a user may do what a request asks (wire.md B.6). Thread-safe.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // The arguments outlive the call.
  virtual boost::asio::awaitable<Authorization> Authorize(const UserInfo& user,
                                                          const RequestInfo& info) = 0;
  // The same without the cost of coroutines; no value where the answer has to be waited for.
  virtual std::optional<Authorization> AuthorizeAtOnce(const UserInfo&, const RequestInfo&) {
    return std::nullopt;
  }
};

// One that never has to wait.
class LocalAuthorizer : public Authorizer {
 public:
  virtual Authorization AuthorizeLocally(const UserInfo& user, const RequestInfo& info) = 0;

  boost::asio::awaitable<Authorization> Authorize(const UserInfo& user,
                                                  const RequestInfo& info) final {
    co_return AuthorizeLocally(user, info);
  }
  std::optional<Authorization> AuthorizeAtOnce(const UserInfo& user,
                                               const RequestInfo& info) final {
    return AuthorizeLocally(user, info);
  }
};

}  // namespace kubegauge::apiservice
