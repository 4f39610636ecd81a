#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "apiservice/authentication.h"
#include "apiservice/request_info.h"

namespace kubegauge::apiservice {

struct AuthorizationDecision {
  bool allowed = false;
  std::string reason;  // shown to the client behind the 403's message; may be empty
};

// Whether a user may do what a request asks (wire.md B.6). Thread-safe.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // An error means that nobody could tell (500). The arguments outlive the call.
  virtual boost::asio::awaitable<absl::StatusOr<AuthorizationDecision>> Authorize(
      const UserInfo& user, const RequestInfo& info) = 0;
};

}  // namespace kubegauge::apiservice
