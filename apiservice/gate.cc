#include "apiservice/gate.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "apiservice/json_text.h"
#include "apiservice/negotiation.h"
#include "apiservice/status.h"

namespace kubegauge::apiservice {
namespace {

constexpr size_t kMaxAuditIdBytes = 256;

// A random UUID (version 4).
std::string NewAuditId() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), bytes.size());
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string id;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id.push_back('-');
    id.append(fmt::format("{:02x}", bytes[i]));
  }
  return id;
}

std::string AuditId(const Request& request) {
  const std::string_view sent = request.headers.Find("Audit-ID");
  const bool echo =
      !sent.empty() && sent.size() <= kMaxAuditIdBytes &&
      std::all_of(sent.begin(), sent.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  return echo ? std::string(sent) : NewAuditId();
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

std::string ForbiddenMessage(const UserInfo& user, const RequestInfo& info) {
  if (!info.is_resource_request) {
    return fmt::format("forbidden: User \"{}\" cannot {} path \"{}\"", user.name, info.verb,
                       info.path);
  }
  const std::string qualified =
      info.api_group.empty() ? info.resource : fmt::format("{}.{}", info.resource, info.api_group);
  const std::string object =
      info.name.empty() ? qualified : fmt::format("{} \"{}\"", qualified, info.name);
  const std::string where = info.namespace_name.empty()
                                ? "at the cluster scope"
                                : fmt::format("in the namespace \"{}\"", info.namespace_name);
  const std::string resource = info.subresource.empty()
                                   ? info.resource
                                   : fmt::format("{}/{}", info.resource, info.subresource);
  return fmt::format(
      "{} is forbidden: User \"{}\" cannot {} resource \"{}\" in API group \"{}\" {}", object,
      user.name, info.verb, resource, info.api_group, where);
}

}  // namespace

Response ForbiddenResponse(const UserInfo& user, const RequestInfo& info, std::string_view reason,
                           const Request& request) {
  std::string message = ForbiddenMessage(user, info);
  if (!reason.empty()) message.append(": ").append(reason);
  Status::Details details;
  if (info.is_resource_request) {
    details = {.name = info.name, .group = info.api_group, .kind = info.resource};
  }
  Response response = ErrorResponse(Forbidden(HtmlEscape(message), std::move(details)), request);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

Gate::Gate(const UnionAuthenticator& authenticator, Authorizer& authorizer, Handler& handler,
           spdlog::logger& log)
    : authenticator_(authenticator), authorizer_(authorizer), handler_(handler), log_(log) {}

boost::asio::awaitable<Response> Gate::Serve(Request request) {
  Response response = co_await Admit(request);
  response.headers.emplace_back("Audit-Id", AuditId(request));
  const bool has_cache_control =
      std::any_of(response.headers.begin(), response.headers.end(),
                  [](const auto& field) { return field.first == "Cache-Control"; });
  if (!has_cache_control) response.headers.emplace_back("Cache-Control", "no-cache, private");
  co_return response;
}

boost::asio::awaitable<Response> Gate::Admit(const Request& request) {
  const RequestInfo info = ParseRequestInfo(request);
  const absl::StatusOr<UserInfo> user = co_await authenticator_.Authenticate(request);
  if (!user.ok()) {
    log_.debug("Request is not authenticated path={} error=\"{}\"", info.path,
               user.status().ToString());
    co_return ErrorResponse(Unauthorized(), request);
  }
  const absl::StatusOr<AuthorizationDecision> decision =
      co_await authorizer_.Authorize(*user, info);
  if (!decision.ok()) {
    co_return Response{
        .status = 500,
        .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
        .body = fmt::format("Internal Server Error: \"{}\": {}\n", HtmlEscape(request.path),
                            HtmlEscape(std::string(decision.status().message()))),
        .stream = nullptr};
  }
  if (!decision->allowed) {
    co_return ForbiddenResponse(*user, info, decision->reason, request);
  }
  co_return Handle({.request = request, .info = info, .user = *user});
}

Response Gate::Handle(const AdmittedRequest& admitted) {
  try {
    return handler_.Handle(admitted);
  } catch (const std::exception& error) {
    log_.error("Handler failed path={} error=\"{}\"", admitted.info.path, error.what());
    return {.status = 500,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
            .body = "This request caused apiserver to panic. Look in the logs for details.\n",
            .stream = nullptr};
  }
}

}  // namespace kubegauge::apiservice
