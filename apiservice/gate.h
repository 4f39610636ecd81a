#pragma once

#include <spdlog/logger.h>

#include "apiservice/authentication.h"
#include "apiservice/authorization.h"
#include "apiservice/handler.h"
#include "apiservice/http.h"

namespace kubegauge::apiservice {

// What every request passes before a handler sees it, in upstream's order (wire.md A.1): Audit-ID,
// `Cache-Control: no-cache, private`, authentication (401), authorization (403, 500). A handler
// that throws becomes a 500. Thread-safe; keeps references to its parts.
class Gate final : public HttpService {
 public:
  Gate(const UnionAuthenticator& authenticator, Authorizer& authorizer, Handler& handler,
       spdlog::logger& log);

  boost::asio::awaitable<Response> Serve(Request request) override;

 private:
  boost::asio::awaitable<Response> Admit(const Request& request);
  Response Handle(const AdmittedRequest& admitted);

  const UnionAuthenticator& authenticator_;
  Authorizer& authorizer_;
  Handler& handler_;
  spdlog::logger& log_;
};

// The 403 of a user who may not do what `info` says; `reason` of the authorizer may be empty.
Response ForbiddenResponse(const UserInfo& user, const RequestInfo& info, std::string_view reason,
                           const Request& request);

}  // namespace kubegauge::apiservice
