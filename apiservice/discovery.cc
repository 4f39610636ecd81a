#include "apiservice/discovery.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "apiservice/json_text.h"
#include "apiservice/metrics_handler.h"
#include "apiservice/negotiation.h"
#include "apiservice/status.h"

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kApis = "/apis";
constexpr std::string_view kGroup = "/apis/metrics.k8s.io";

std::string_view WithoutTrailingSlash(std::string_view path) {
  return path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

std::string VersionEntry(std::string_view version) {
  return fmt::format(R"({{"groupVersion":"{0}/{1}","version":"{1}"}})", kMetricsGroup, version);
}

// `"name":...,"versions":[...],"preferredVersion":{...}`
std::string GroupMembers() {
  std::string versions;
  for (const std::string_view version : kMetricsVersions) {
    if (!versions.empty()) versions.push_back(',');
    versions.append(VersionEntry(version));
  }
  return fmt::format(R"("name":"{}","versions":[{}],"preferredVersion":{})", kMetricsGroup,
                     versions, VersionEntry(kMetricsVersions[0]));
}

std::string GroupList(std::string_view server_address) {
  std::string json =
      fmt::format(R"({{"kind":"APIGroupList","groups":[{{{},"serverAddressByClientCIDRs":)"
                  R"([{{"clientCIDR":"0.0.0.0/0","serverAddress":)",
                  GroupMembers());
  AppendJsonString(server_address, json);
  json.append("}]}]}\n");
  return json;
}

std::string Group() {
  return fmt::format("{{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",{}}}\n", GroupMembers());
}

std::string ResourceList(std::string_view version) {
  return fmt::format(
      R"({{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"{}/{}","resources":[)"
      R"({{"name":"nodes","singularName":"","namespaced":false,"kind":"NodeMetrics",)"
      R"("verbs":["get","list"]}},)"
      R"({{"name":"pods","singularName":"","namespaced":true,"kind":"PodMetrics",)"
      R"("verbs":["get","list"]}}]}})"
      "\n",
      kMetricsGroup, version);
}

std::optional<std::string> Document(std::string_view path, std::string_view server_address) {
  if (path == kApis) return GroupList(server_address);
  if (path == kGroup) return Group();
  for (const std::string_view version : kMetricsVersions) {
    if (path.substr(kGroup.size()) == fmt::format("/{}", version)) return ResourceList(version);
  }
  return std::nullopt;
}

}  // namespace

DiscoveryHandler::DiscoveryHandler(DiscoveryOptions options) : options_(std::move(options)) {}

bool DiscoveryHandler::Serves(std::string_view path) {
  path = WithoutTrailingSlash(path);
  return path == kApis || path.starts_with("/apis/");
}

Response DiscoveryHandler::Handle(const AdmittedRequest& admitted) {
  const Request& request = admitted.request;
  const bool pretty = WantsPretty(request);
  const std::string_view path = WithoutTrailingSlash(admitted.info.path);
  const bool in_group = path == kApis || path.starts_with(kGroup);
  std::optional<std::string> document;
  if (in_group) document = Document(path, options_.server_address);
  if (!document) return StatusResponse(NoSuchPath(), pretty);
  if (request.method != "GET") return StatusResponse(MethodNotAllowed(), pretty);
  Negotiated negotiated;
  if (const auto status = Negotiate(request, /*is_list=*/false, negotiated)) {
    return StatusResponse(*status, /*pretty=*/true);
  }
  return {.headers = {{"Content-Type", "application/json"}},
          .body = negotiated.pretty ? IndentJson(*document) : *std::move(document),
          .stream = nullptr};
}

}  // namespace kubegauge::apiservice
