#pragma once

#include "apiservice/authorization.h"

namespace kubegauge::server {

// The rules of a machine without a cluster: the group system:masters may do everything, everybody
// may read the health roots, nobody may do anything else. Thread-safe.
class MastersAuthorizer final : public apiservice::LocalAuthorizer {
 public:
  apiservice::Authorization AuthorizeLocally(const apiservice::UserInfo& user,
                                             const apiservice::RequestInfo& info) override;
};

}  // namespace kubegauge::server
