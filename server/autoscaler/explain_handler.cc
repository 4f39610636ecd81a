#include "server/autoscaler/explain_handler.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "apiservice/json_text.h"
#include "apiservice/negotiation.h"
#include "apiservice/status.h"
#include "autoscaler/explain.h"

namespace kubegauge::server {
namespace {

using apiservice::Response;
using Json = nlohmann::ordered_json;

constexpr std::string_view kGroupPath = "/apis/explain.kubegauge.io";
constexpr std::string_view kVersionPath = "/apis/explain.kubegauge.io/v1";
constexpr std::string_view kResource = "horizontalpodautoscalers";

std::string JsonBody(const Json& json, bool pretty) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return pretty ? apiservice::IndentJson(text) : text + '\n';
}

Json GroupDocument() {
  const Json version = {{"groupVersion", "explain.kubegauge.io/v1"}, {"version", "v1"}};
  return {{"kind", "APIGroup"},
          {"apiVersion", "v1"},
          {"name", ExplainHandler::kGroup},
          {"versions", Json::array({version})},
          {"preferredVersion", version}};
}

Json VersionDocument() {
  const Json resource = {{"name", kResource},
                         {"singularName", ""},
                         {"namespaced", true},
                         {"kind", "Explanation"},
                         {"verbs", Json::array({"get"})}};
  return {{"kind", "APIResourceList"},
          {"apiVersion", "v1"},
          {"groupVersion", "explain.kubegauge.io/v1"},
          {"resources", Json::array({resource})}};
}

Response DocumentOf(const Json& json, const apiservice::Request& request) {
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}},
          .body = JsonBody(json, apiservice::WantsPretty(request)),
          .stream = nullptr};
}

bool IsAboutExplanation(const apiservice::RequestInfo& info) {
  return info.is_resource_request && info.api_group == ExplainHandler::kGroup;
}

}  // namespace

bool ExplainHandler::Serves(std::string_view path) {
  if (!path.starts_with(kGroupPath)) return false;
  return path.size() == kGroupPath.size() || path[kGroupPath.size()] == '/';
}

Response ExplainHandler::Handle(const apiservice::AdmittedRequest& admitted) {
  const apiservice::RequestInfo& info = admitted.info;
  if (admitted.request.method != "GET") {
    return ErrorResponse(apiservice::MethodNotAllowed(), admitted.request);
  }
  if (info.path == kGroupPath) return DocumentOf(GroupDocument(), admitted.request);
  if (info.path == kVersionPath) return DocumentOf(VersionDocument(), admitted.request);
  if (!info.is_resource_request || info.verb != "get" || info.resource != kResource ||
      info.api_version != "v1" || !info.subresource.empty() || info.namespace_name.empty()) {
    return ErrorResponse(apiservice::NoSuchPath(), admitted.request);
  }
  return Explain(admitted);
}

Response ExplainHandler::Explain(const apiservice::AdmittedRequest& admitted) const {
  const apiservice::RequestInfo& info = admitted.info;
  if (!leader_.leads()) {
    const std::string leader = leader_.leader();
    Response response = ErrorResponse(
        {.message = leader.empty()
                        ? "no autoscaler leads at the moment; try again"
                        : fmt::format("this autoscaler waits for its turn; {} leads", leader),
         .reason = "ServiceUnavailable",
         .code = 503},
        admitted.request);
    response.headers.emplace_back("Connection", "close");
    return response;
  }
  const auto records = decisions_.Of(info.namespace_name, info.name);
  if (records.empty()) {
    return ErrorResponse(apiservice::NotFound(kGroup, kResource, info.name), admitted.request);
  }
  if (apiservice::QueryValue(admitted.request.query, "format") == "text") {
    return {.status = 200,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
            .body = autoscaler::ExplainText(info.namespace_name, info.name, records),
            .stream = nullptr};
  }
  return DocumentOf(autoscaler::ExplainJson(info.namespace_name, info.name, records),
                    admitted.request);
}

apiservice::RequestInfo ExplainAuthorizer::OfHpa(apiservice::RequestInfo info) const {
  info.api_group = hpa_group_;
  info.api_version = "v2";
  return info;
}

boost::asio::awaitable<apiservice::Authorization> ExplainAuthorizer::Authorize(
    const apiservice::UserInfo& user, const apiservice::RequestInfo& info) {
  if (!IsAboutExplanation(info)) co_return co_await next_.Authorize(user, info);
  const apiservice::RequestInfo of_hpa = OfHpa(info);
  co_return co_await next_.Authorize(user, of_hpa);
}

std::optional<apiservice::Authorization> ExplainAuthorizer::AuthorizeAtOnce(
    const apiservice::UserInfo& user, const apiservice::RequestInfo& info) {
  if (!IsAboutExplanation(info)) return next_.AuthorizeAtOnce(user, info);
  return next_.AuthorizeAtOnce(user, OfHpa(info));
}

}  // namespace kubegauge::server
