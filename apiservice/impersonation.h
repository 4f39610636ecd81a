#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/authentication.h"
#include "apiservice/http.h"
#include "apiservice/request_info.h"

namespace kubegauge::apiservice {

// Whom a request wants to act as: the headers Impersonate-User, -Group, -Uid and -Extra-*
// (wire.md A.1).
struct Impersonation {
  UserInfo user;
  // What the one who asks has to be allowed, each by itself.
  std::vector<RequestInfo> checks;

  bool asked() const { return !checks.empty(); }
};

// Whether a request has such a header, so that it has to be looked at.
bool AsksToImpersonate(const Headers& headers);

// Nobody when there is no such header. InvalidArgument with upstream's text for headers without a
// user.
absl::StatusOr<Impersonation> ParseImpersonation(const Headers& headers);

}  // namespace kubegauge::apiservice
