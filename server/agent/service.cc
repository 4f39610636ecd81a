#include "server/agent/service.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "apiservice/kubelet_attributes.h"
#include "server/agent/kubelet_bodies.h"

namespace kubegauge::server {

using apiservice::Request;
using apiservice::RequestInfo;
using apiservice::Response;
using boost::asio::awaitable;

namespace {

constexpr char kPlainText[] = "text/plain; charset=utf-8";
constexpr char kPrometheusText[] = "text/plain; version=0.0.4; charset=utf-8";

Response TextResponse(unsigned status, std::string body, const char* content_type = kPlainText) {
  return {.status = status,
          .headers = {{"Content-Type", content_type}},
          .body = std::move(body),
          .stream = nullptr};
}

// Paths below which a kubelet asks who one is, whether it has them or not; of any other it says so
// at once.
bool IsAsked(std::string_view path) {
  return path == "/metrics/resource" || path == "/metrics/cadvisor" || path.starts_with("/stats/");
}

Response Health(bool is_timely) {
  return is_timely ? TextResponse(200, "ok")
                   : TextResponse(500, "the node has not been read for too long");
}

Response NoSuchPage() {
  Response response = TextResponse(404, "404 page not found\n");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

Response MethodNotAllowed() {
  Response response = TextResponse(405, "405: Method Not Allowed");
  response.headers.emplace_back("Allow", "GET, POST");
  return response;
}

std::string ForbiddenText(const std::string& user, const std::vector<RequestInfo>& attributes) {
  std::vector<std::string> subresources;
  for (const RequestInfo& info : attributes) subresources.push_back(info.subresource);
  return fmt::format("Forbidden (user={}, verb={}, resource=nodes, subresource(s)=[{}])\n", user,
                     attributes.front().verb, fmt::join(subresources, " "));
}

}  // namespace

AgentService::AgentService(ReadingWatch& watch, std::string node_name,
                           const apiservice::UnionAuthenticator& authenticator,
                           apiservice::Authorizer& authorizer, spdlog::logger& log)
    : watch_(watch),
      node_name_(std::move(node_name)),
      authenticator_(authenticator),
      authorizer_(authorizer),
      log_(log) {}

awaitable<Response> AgentService::Serve(Request request) {
  if (request.path == "/healthz") co_return Health(watch_.IsTimely());
  if (!IsAsked(request.path)) co_return NoSuchPage();
  if (std::optional<Response> refusal = co_await Refuse(request)) co_return *std::move(refusal);
  co_return Answer(request);
}

awaitable<std::optional<Response>> AgentService::Refuse(const Request& request) {
  const absl::StatusOr<apiservice::UserInfo> user = co_await authenticator_.Authenticate(request);
  if (!user.ok() || user->is_anonymous()) {
    log_.debug("Request is not authenticated path={} error=\"{}\"", request.path,
               std::string(user.status().message()));
    co_return TextResponse(401, "Unauthorized");
  }
  const std::vector<RequestInfo> attributes =
      apiservice::KubeletAttributes(request.method, request.path, node_name_);
  for (const RequestInfo& info : attributes) {
    const absl::StatusOr<apiservice::AuthorizationDecision> decision =
        co_await authorizer_.Authorize(*user, info);
    if (!decision.ok()) {
      co_return TextResponse(
          500, fmt::format("Authorization error (user={}, verb={}, resource=nodes, subresource={})",
                           user->name, info.verb, info.subresource));
    }
    if (decision->allowed) co_return std::nullopt;
  }
  co_return TextResponse(403, ForbiddenText(user->name, attributes));
}

Response AgentService::Answer(const Request& request) {
  const std::shared_ptr<const AgentState> state = watch_.Served();
  if (request.path == "/metrics/resource") {
    return TextResponse(200, ResourceMetricsBody(*state), kPrometheusText);
  }
  if (request.path == "/metrics/cadvisor") {
    return TextResponse(200, CadvisorMetricsBody(*state), kPrometheusText);
  }
  if (request.path != "/stats/summary" && request.path != "/stats/summary/") {
    return TextResponse(404, "404: Page Not Found");
  }
  if (request.method != "GET" && request.method != "POST") return MethodNotAllowed();
  return TextResponse(200, SummaryBody(*state), "application/json");
}

}  // namespace kubegauge::server
