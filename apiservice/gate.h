#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "apiservice/audit_ids.h"
#include "apiservice/authentication.h"
#include "apiservice/authorization.h"
#include "apiservice/cors.h"
#include "apiservice/handler.h"
#include "apiservice/http.h"
#include "apiservice/impersonation.h"
#include "apiservice/in_flight_limit.h"
#include "apiservice/last_allowed_mode.h"
#include "kube/sleeper.h"

namespace kubegauge::apiservice {

// Measures the requests that are neither refused nor fail before a handler has them. Thread-safe.
class RequestMeter {
 public:
  virtual ~RequestMeter() = default;
  // When a request came, to be given to OnAnswer.
  virtual int64_t NowNs() const = 0;
  // The answer begins: a list is made while it is sent, and a watch goes on.
  virtual void OnAnswer(const Request& request, const RequestInfo& info, unsigned status,
                        int64_t came_ns) = 0;
};

struct GateOptions {
  // --request-timeout: what a request may take; it may ask for less by `?timeout=`.
  std::chrono::nanoseconds request_timeout = std::chrono::seconds(60);
  // --max-requests-inflight and --max-mutating-requests-inflight; 0: any number.
  size_t max_reading_requests = 400;
  size_t max_mutating_requests = 200;
  // --strict-transport-security-directives joined by "; "; empty: no such header.
  std::string strict_transport_security = "";
  CorsPolicy cors = {};
  RequestMeter* meter = nullptr;  // may be null
};

// What every request passes before a handler sees it, in upstream's order (wire.md A.1): Audit-ID,
// `Cache-Control: no-cache, private`, deadline (400, 504), CORS, authentication (401),
// impersonation, requests in flight (429), authorization (403, 500). A handler that throws becomes
// a 500. Whoever is not known over HTTP/2 gets no second answer of the connection. Watches have no
// deadline and are not counted. Thread-safe; keeps references to its parts.
class Gate final : public HttpService {
 public:
  Gate(const UnionAuthenticator& authenticator, Authorizer& authorizer, Handler& handler,
       spdlog::logger& log, GateOptions options = {});
  // With another way to wait for a deadline.
  Gate(const UnionAuthenticator& authenticator, Authorizer& authorizer, Handler& handler,
       spdlog::logger& log, GateOptions options, kube::Sleeper& sleeper);

  boost::asio::awaitable<Response> Serve(Request request) override;
  std::optional<Response> ServeAtOnce(const Request& request) override;

 private:
  // `came_ns` is the meter's time.
  boost::asio::awaitable<Response> ServeInTime(const Request& request, const RequestInfo& info,
                                               int64_t came_ns);
  boost::asio::awaitable<Response> Admit(const Request& request, const RequestInfo& info,
                                         int64_t came_ns);
  boost::asio::awaitable<Response> AdmitUser(const Request& request, const RequestInfo& info,
                                             UserInfo user, int64_t came_ns);
  // The same as ServeInTime for the many requests of which all is known already; nullopt for
  // others.
  std::optional<Response> AdmitAtOnce(const Request& request, const RequestInfo& info,
                                      int64_t came_ns);
  std::optional<Response> AdmitUserAtOnce(const Request& request, const RequestInfo& info,
                                          const UserInfo& user, int64_t came_ns);
  // In the time of the meter, if there is one.
  int64_t NowNs() const { return options_.meter != nullptr ? options_.meter->NowNs() : 0; }
  Response Unauthenticated(const Request& request, const RequestInfo& info,
                           const absl::Status& why) const;
  // Makes `user` whom the request wants to be, or gives the refusal.
  boost::asio::awaitable<std::optional<Response>> Impersonate(const Request& request,
                                                              const RequestInfo& info,
                                                              UserInfo& user);
  // The refusal, unless all that `mode` needs is allowed.
  boost::asio::awaitable<std::optional<Response>> Forbids(const ImpersonationMode& mode,
                                                          const Request& request);
  // False: too many requests are in flight for one of this user's.
  bool Enter(const RequestInfo& info, const UserInfo& user, std::shared_ptr<const void>& ticket);
  // What all answers carry.
  void AddHeaders(const Request& request, bool allows_origin, Response& response);
  // Handles what `decision` allows.
  Response Answer(const AdmittedRequest& asked, const Authorization& decision,
                  std::shared_ptr<const void> ticket, int64_t came_ns);
  Response Handle(const AdmittedRequest& admitted);

  const UnionAuthenticator& authenticator_;
  Authorizer& authorizer_;
  Handler& handler_;
  spdlog::logger& log_;
  const GateOptions options_;
  kube::TimerSleeper timer_sleeper_;
  kube::Sleeper& sleeper_;
  AuditIds audit_ids_;
  LastAllowedMode last_allowed_mode_;
  InFlightLimit reading_;
  InFlightLimit mutating_;
};

// The 403 of a user who may not do what `info` says; `reason` of the authorizer may be empty.
Response ForbiddenResponse(const UserInfo& user, const RequestInfo& info, std::string_view reason,
                           const Request& request);

}  // namespace kubegauge::apiservice
