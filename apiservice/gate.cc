#include "apiservice/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "apiservice/admission.h"
#include "apiservice/negotiation.h"
#include "apiservice/static_token_authenticator.h"
#include "apiservice/status.h"
#include "kube/go_duration.h"
#include "kube/go_quote.h"
#include "kube/group_version.h"

namespace kubegauge::apiservice {
namespace {

// As sent, however long. The transport lets no line break through; this does not rely on that.
std::string AuditId(const Request& request, AuditIds& ids) {
  const std::string_view sent = request.headers.Find("Audit-ID");
  const bool echo = !sent.empty() && sent.find_first_of("\r\n") == std::string_view::npos;
  return echo ? std::string(sent) : ids.Next();
}

// The message is shown to people, some of whom read it in a browser.
std::string HtmlEscape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped.append("&amp;");
    } else if (c == '<') {
      escaped.append("&lt;");
    } else if (c == '>') {
      escaped.append("&gt;");
    } else {
      escaped.push_back(c);
    }
  }
  return escaped;
}

// Behind `<resource> "<name>" is forbidden: `.
std::string ForbiddenMessage(const UserInfo& user, const RequestInfo& info) {
  using kube::GoQuote;
  if (!info.is_resource_request) {
    return fmt::format("User {} cannot {} path {}", GoQuote(user.name), info.verb,
                       GoQuote(info.path));
  }
  const std::string where = info.namespace_name.empty()
                                ? "at the cluster scope"
                                : fmt::format("in the namespace {}", GoQuote(info.namespace_name));
  const std::string resource = info.subresource.empty()
                                   ? info.resource
                                   : fmt::format("{}/{}", info.resource, info.subresource);
  return fmt::format("User {} cannot {} resource {} in API group {} {}", GoQuote(user.name),
                     info.verb, GoQuote(resource), GoQuote(info.api_group), where);
}

// What is forbidden, in front of the message.
std::string ForbiddenObject(const RequestInfo& info) {
  const std::string qualified = kube::Qualified(info.resource, info.api_group);
  if (!info.is_resource_request || qualified.empty()) return "forbidden: ";
  return info.name.empty()
             ? fmt::format("{} is forbidden: ", qualified)
             : fmt::format("{} {} is forbidden: ", qualified, kube::GoQuote(info.name));
}

constexpr char kSpaceBeforeToken[] =
    "299 - \"the provided Authorization header contains extra space before the bearer token, and "
    "is ignored\"";

// Upstream looks at the header before it looks at any other credential.
void WarnOfSpaceBeforeToken(const Request& request, Response& response) {
  if (HasSpaceBeforeBearerToken(request.headers)) {
    response.headers.emplace_back("Warning", kSpaceBeforeToken);
  }
}

// A connection of HTTP/2 costs much: as upstream since CVE-2023-44487, a stranger's ends after one
// answer (gate UnauthenticatedHTTP2DOSMitigation).
void EndConnectionOfStranger(const Request& request, Response& response) {
  if (request.is_http2) response.headers.emplace_back("Connection", "close");
}

Response NoContent() { return {.status = 204, .headers = {}, .body = "", .stream = nullptr}; }

// An answer as Go's http.Error makes it.
Response PlainError(unsigned status, std::string_view text) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"},
                      {"X-Content-Type-Options", "nosniff"}},
          .body = fmt::format("{}\n", text),
          .stream = nullptr};
}

Response TooManyRequests() {
  Response response = PlainError(429, "Too many requests, please try again later.");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

Response InternalErrorResponse(const Request& request, std::string_view error) {
  return PlainError(500, HtmlEscape(fmt::format("Internal Server Error: {}: {}",
                                                kube::GoQuote(RequestUri(request)), error)));
}

// Upstream's clock stands outside of what finds out how to encode an answer: always the JSON of a
// Status that does not say what it is, and the media type that Go guesses.
Response TimedOut() {
  return {.status = 504,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = R"({"metadata":{},"status":"Failure","message":"Timeout: request did not )"
                  R"(complete within the allotted timeout","reason":"Timeout","details":{},)"
                  "\"code\":504}\n",
          .stream = nullptr};
}

bool IsLongRunning(const RequestInfo& info) {
  return info.is_resource_request && info.verb == "watch";
}

bool HasHeader(const Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& field) { return field.first == name; });
}

// What a request may take; an error with upstream's text for a `?timeout=` that is none.
absl::StatusOr<std::chrono::nanoseconds> TimeoutOf(const Request& request,
                                                   std::chrono::nanoseconds max) {
  const std::string text = QueryValue(request.query, "timeout");
  if (text.empty()) return max;
  const absl::StatusOr<int64_t> asked = kube::ParseGoDuration(text);
  if (!asked.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("invalid timeout specified in the request URL - {}",
                    std::string(asked.status().message())));
  }
  const std::chrono::nanoseconds timeout(*asked);
  return timeout.count() > 0 && timeout < max ? timeout : max;
}

}  // namespace

Response ForbiddenResponse(const UserInfo& user, const RequestInfo& info, std::string_view reason,
                           const Request& request) {
  std::string message = ForbiddenObject(info) + HtmlEscape(ForbiddenMessage(user, info));
  if (!reason.empty()) message.append(": ").append(reason);
  Status::Details details;
  if (info.is_resource_request) {
    details = {.name = info.name, .group = info.api_group, .kind = info.resource};
  }
  Response response = ErrorResponse(Forbidden(std::move(message), std::move(details)), request);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

Gate::Gate(const UnionAuthenticator& authenticator, Authorizer& authorizer, Handler& handler,
           spdlog::logger& log, GateOptions options)
    : Gate(authenticator, authorizer, handler, log, std::move(options), timer_sleeper_) {}

Gate::Gate(const UnionAuthenticator& authenticator, Authorizer& authorizer, Handler& handler,
           spdlog::logger& log, GateOptions options, kube::Sleeper& sleeper)
    : authenticator_(authenticator),
      authorizer_(authorizer),
      handler_(handler),
      log_(log),
      options_(std::move(options)),
      sleeper_(sleeper),
      reading_(options_.max_reading_requests),
      mutating_(options_.max_mutating_requests) {}

boost::asio::awaitable<Response> Gate::Serve(Request request) {
  if (std::optional<Response> at_once = ServeAtOnce(request)) co_return *std::move(at_once);
  const int64_t came_ns = NowNs();
  const RequestInfo info = ParseRequestInfo(request);
  Response response = co_await ServeInTime(request, info, came_ns);
  AddHeaders(request, options_.cors.Allows(request), response);
  co_return response;
}

std::optional<Response> Gate::ServeAtOnce(const Request& request) {
  const int64_t came_ns = NowNs();
  const RequestInfo info = ParseRequestInfo(request);
  std::optional<Response> response;
  if (!info.error.empty()) {
    response =
        InternalErrorResponse(request, fmt::format("failed to create RequestInfo: {}", info.error));
    response->headers.emplace_back("Audit-Id", AuditId(request, audit_ids_));
    return response;
  }
  const bool allows_origin = options_.cors.Allows(request);
  const bool is_preflight = allows_origin && request.method == "OPTIONS";
  response = is_preflight ? NoContent() : AdmitAtOnce(request, info, came_ns);
  if (response) AddHeaders(request, allows_origin, *response);
  return response;
}

void Gate::AddHeaders(const Request& request, bool allows_origin, Response& response) {
  if (allows_origin) CorsPolicy::AddHeaders(request, response);
  response.headers.reserve(response.headers.size() + 3);
  response.headers.emplace_back("Audit-Id", AuditId(request, audit_ids_));
  if (!options_.strict_transport_security.empty()) {
    response.headers.emplace_back("Strict-Transport-Security", options_.strict_transport_security);
  }
  if (!HasHeader(response, "Cache-Control")) {
    response.headers.emplace_back("Cache-Control", "no-cache, private");
  }
}

boost::asio::awaitable<Response> Gate::ServeInTime(const Request& request, const RequestInfo& info,
                                                   int64_t came_ns) {
  if (IsLongRunning(info)) co_return co_await Admit(request, info, came_ns);
  const auto timeout = TimeoutOf(request, options_.request_timeout);
  if (!timeout.ok()) {
    co_return ErrorResponse(BadRequest(std::string(timeout.status().message())), request);
  }
  const auto admission = std::make_shared<Admission>(co_await boost::asio::this_coro::executor);
  admission->Start(Admit(request, info, came_ns));
  std::optional<Response> response = co_await admission->Await(sleeper_, *timeout);
  if (response) co_return *std::move(response);
  co_return TimedOut();
}

std::optional<Response> Gate::AdmitAtOnce(const Request& request, const RequestInfo& info,
                                          int64_t came_ns) {
  const bool has_bad_timeout = !TimeoutOf(request, options_.request_timeout).ok();
  if (has_bad_timeout || AsksToImpersonate(request.headers)) return std::nullopt;
  const auto known = authenticator_.AuthenticateAtOnce(request);
  if (!known) return std::nullopt;
  if (!known->ok()) return Unauthenticated(request, info, known->status());
  const UserInfo& user = ***known;
  std::optional<Response> response = AdmitUserAtOnce(request, info, user, came_ns);
  if (response) WarnOfSpaceBeforeToken(request, *response);
  if (response && user.is_stranger()) EndConnectionOfStranger(request, *response);
  return response;
}

std::optional<Response> Gate::AdmitUserAtOnce(const Request& request, const RequestInfo& info,
                                              const UserInfo& user, int64_t came_ns) {
  std::shared_ptr<const void> ticket;
  if (!Enter(info, user, ticket)) return TooManyRequests();
  const auto decision = authorizer_.AuthorizeAtOnce(user, info);
  if (!decision) return std::nullopt;
  return Answer({.request = request, .info = info, .user = user}, *decision, std::move(ticket),
                came_ns);
}

boost::asio::awaitable<Response> Gate::Admit(const Request& request, const RequestInfo& info,
                                             int64_t came_ns) {
  absl::StatusOr<UserInfo> user = co_await authenticator_.Authenticate(request);
  if (!user.ok()) co_return Unauthenticated(request, info, user.status());
  const bool is_stranger = user->is_stranger();
  Response response = co_await AdmitUser(request, info, *std::move(user), came_ns);
  WarnOfSpaceBeforeToken(request, response);
  if (is_stranger) EndConnectionOfStranger(request, response);
  co_return response;
}

boost::asio::awaitable<Response> Gate::AdmitUser(const Request& request, const RequestInfo& info,
                                                 UserInfo user, int64_t came_ns) {
  if (auto refusal = co_await Impersonate(request, info, user)) co_return *std::move(refusal);
  std::shared_ptr<const void> ticket;
  if (!Enter(info, user, ticket)) co_return TooManyRequests();
  const Authorization decision = co_await authorizer_.Authorize(user, info);
  co_return Answer({.request = request, .info = info, .user = user}, decision, std::move(ticket),
                   came_ns);
}

Response Gate::Unauthenticated(const Request& request, const RequestInfo& info,
                               const absl::Status& why) const {
  log_.debug("Request is not authenticated path={} error=\"{}\"", info.path, why.ToString());
  Response response = ErrorResponse(Unauthorized(), request);
  WarnOfSpaceBeforeToken(request, response);
  EndConnectionOfStranger(request, response);
  return response;
}

boost::asio::awaitable<std::optional<Response>> Gate::Impersonate(const Request& request,
                                                                  const RequestInfo& info,
                                                                  UserInfo& user) {
  if (!AsksToImpersonate(request.headers)) co_return std::nullopt;
  auto modes = ImpersonationModes(request.headers, user, info);
  if (!modes.ok()) {
    Response refusal = ErrorResponse(BadRequest(std::string(modes.status().message())), request);
    refusal.headers.emplace_back("X-Content-Type-Options", "nosniff");
    co_return refusal;
  }
  last_allowed_mode_.PutFirst(user.name, *modes);
  std::optional<Response> refusal;
  for (ImpersonationMode& mode : *modes) {
    std::optional<Response> forbidden = co_await Forbids(mode, request);
    if (!forbidden) {
      last_allowed_mode_.Remember(user.name, mode);
      log_.debug("User is impersonating another user=\"{}\" as=\"{}\"", user.name, mode.user.name);
      user = std::move(mode.user);
      co_return std::nullopt;
    }
    if (!refusal) refusal = std::move(forbidden);
  }
  co_return refusal;
}

boost::asio::awaitable<std::optional<Response>> Gate::Forbids(const ImpersonationMode& mode,
                                                              const Request& request) {
  for (size_t i = 0; i < mode.checks.size(); ++i) {
    const ImpersonationCheck& check = mode.checks[i];
    Authorization decision = AuthorizationDecision{.allowed = false, .reason = check.refusal};
    if (check.refusal.empty())
      decision = co_await authorizer_.Authorize(mode.requestor, check.info);
    if (decision.ok() && decision->allowed) {
      i += check.covers_next;
    } else if (!check.is_optional()) {
      co_return ForbiddenResponse(
          mode.requestor, check.info,
          decision.ok() ? decision->reason : std::string(decision.status().message()), request);
    }
  }
  co_return std::nullopt;
}

bool Gate::Enter(const RequestInfo& info, const UserInfo& user,
                 std::shared_ptr<const void>& ticket) {
  if (IsLongRunning(info)) return true;
  const bool only_reads = info.verb == "get" || info.verb == "list" || info.verb == "watch";
  ticket = (only_reads ? reading_ : mutating_).TryEnter();
  return ticket != nullptr || user.InGroup(kMastersGroup);
}

Response Gate::Answer(const AdmittedRequest& asked, const Authorization& decision,
                      std::shared_ptr<const void> ticket, int64_t came_ns) {
  Response response;
  if (!decision.ok()) {
    response = InternalErrorResponse(asked.request, std::string(decision.status().message()));
  } else if (!decision->allowed) {
    response = ForbiddenResponse(asked.user, asked.info, decision->reason, asked.request);
  } else {
    response = Handle(asked);
    if (ticket != nullptr) response.in_flight = std::move(ticket);
    if (options_.meter != nullptr) {
      options_.meter->OnAnswer(asked.request, asked.info, response.status, came_ns);
    }
  }
  return response;
}

Response Gate::Handle(const AdmittedRequest& admitted) {
  try {
    return handler_.Handle(admitted);
  } catch (const std::exception& error) {
    log_.error("Handler failed path={} error=\"{}\"", admitted.info.path, error.what());
    return PlainError(500, "This request caused apiserver to panic. Look in the logs for details.");
  }
}

}  // namespace kubegauge::apiservice
