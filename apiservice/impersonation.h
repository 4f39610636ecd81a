#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/authentication.h"
#include "apiservice/http.h"
#include "apiservice/request_info.h"

namespace kubegauge::apiservice {

// What the one who asks has to be allowed.
struct ImpersonationCheck {
  RequestInfo info;
  // Why nobody is allowed it; empty where that is to be asked.
  std::string refusal = "";
  // When this is allowed, so are as many of the next checks; when not, these are asked for.
  size_t covers_next = 0;
  bool is_optional() const { return covers_next > 0; }
};

// One way of being allowed to act as somebody, as Kubernetes 1.36 knows them (KEP-5284): as the
// node that a service account runs on, as any node, a service account or another user, each only
// for what the request does; or, as before, for whatever it does.
struct ImpersonationMode {
  enum class Kind : unsigned char {
    kNone,
    kAssociatedNode,
    kArbitraryNode,
    kServiceAccount,
    kUserInfo,
    kLegacy
  };
  Kind kind = Kind::kNone;
  UserInfo requestor;                      // who asks, as the authorizer is told
  UserInfo user;                           // as whom the request goes on
  std::vector<ImpersonationCheck> checks;  // all have to be allowed, in this order
};

// Whether a request has a header Impersonate-*, so that it has to be looked at.
bool AsksToImpersonate(const Headers& headers);

// The ways in which `requestor` may be allowed to do what `info` says as the user of the headers
// Impersonate-User, -Group, -Uid and -Extra-*, to be tried in this order: the first wins, and the
// refusal of the first is told when none does. None when there is no such header.
// InvalidArgument with upstream's text for headers without a user.
absl::StatusOr<std::vector<ImpersonationMode>> ImpersonationModes(const Headers& headers,
                                                                  const UserInfo& requestor,
                                                                  const RequestInfo& info);

}  // namespace kubegauge::apiservice
