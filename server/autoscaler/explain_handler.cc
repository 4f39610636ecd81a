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

}  // namespace

bool ExplainHandler::Serves(std::string_view path) {
  return path == kGroupPath || path.starts_with(std::string(kGroupPath) + "/");
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

boost::asio::awaitable<absl::StatusOr<apiservice::AuthorizationDecision>>
ExplainAuthorizer::Authorize(const apiservice::UserInfo& user,
                             const apiservice::RequestInfo& info) {
  if (!info.is_resource_request || info.api_group != ExplainHandler::kGroup) {
    co_return co_await next_.Authorize(user, info);
  }
  apiservice::RequestInfo of_hpa = info;
  of_hpa.api_group = hpa_group_;
  of_hpa.api_version = "v2";
  co_return co_await next_.Authorize(user, of_hpa);
}

}  // namespace kubegauge::server
