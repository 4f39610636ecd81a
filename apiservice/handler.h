#pragma once

#include "apiservice/authentication.h"
#include "apiservice/http.h"
#include "apiservice/request_info.h"

namespace kubegauge::apiservice {

// A request that has passed authentication and authorization.
struct AdmittedRequest {
  const Request& request;
  const RequestInfo& info;
  const UserInfo& user;
};

// Answers admitted requests of one part of the API. Pure computation, never blocks. Thread-safe.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual Response Handle(const AdmittedRequest& admitted) = 0;
};

}  // namespace kubegauge::apiservice
