#include "server/standalone/objects/objects_discovery.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "apiservice/accept.h"
#include "apiservice/discovery_documents.h"
#include "apiservice/negotiation.h"
#include "apiservice/status.h"
#include "server/standalone/core_objects.h"
#include "server/standalone/objects/resource_type.h"

namespace kubegauge::server {
namespace {

constexpr const char* kAggregatedVersions[] = {"v2", "v2beta1"};
const std::vector<std::string_view> kSubresourceVerbs = {"get", "patch", "update"};

std::string_view WithoutTrailingSlash(std::string_view path) {
  return path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

// The groups besides the core one, with their versions, the preferred one first.
std::vector<std::pair<std::string_view, std::vector<std::string_view>>> Groups() {
  std::vector<std::pair<std::string_view, std::vector<std::string_view>>> groups;
  for (const std::string_view name :
       {"apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling",
        "coordination.k8s.io"}) {
    std::vector<std::string_view> versions;
    for (const ResourceType& resource : ResourceTypes()) {
      for (const ServedVersion& served : resource.served) {
        const bool is_new =
            std::find(versions.begin(), versions.end(), served.version) == versions.end();
        if (served.group == name && is_new) versions.push_back(served.version);
      }
    }
    groups.emplace_back(name, std::move(versions));
  }
  return groups;
}

Json VersionJson(const ServedVersion& version) {
  return {{"groupVersion", version.ApiVersion()}, {"version", version.version}};
}

// Names the type that objects are kept as, as kube-apiserver does.
std::string StorageVersionHash(const ResourceType& resource) {
  constexpr size_t kShownBytes = 8;
  const ServedVersion& stored = resource.served.front();
  const std::string type = fmt::format("{}/{}/{}", stored.group, stored.version, resource.kind);
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(type.data()), type.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return absl::Base64Escape(digest.substr(0, kShownBytes));
}

Json LegacyResource(const ResourceType& resource) {
  Json json = {{"name", resource.name},
               {"singularName", resource.singular},
               {"namespaced", resource.namespaced},
               {"kind", resource.kind},
               {"verbs", resource.verbs}};
  if (!resource.short_names.empty()) json["shortNames"] = resource.short_names;
  if (!resource.categories.empty()) json["categories"] = resource.categories;
  if (resource.review == nullptr) json["storageVersionHash"] = StorageVersionHash(resource);
  return json;
}

Json LegacySubresource(const ResourceType& resource, std::string_view name) {
  Json json = {{"name", fmt::format("{}/{}", resource.name, name)},
               {"singularName", ""},
               {"namespaced", resource.namespaced}};
  if (name == "scale") {
    json["group"] = "autoscaling";
    json["version"] = "v1";
  }
  json["kind"] = name == "scale" ? "Scale" : resource.kind;
  json["verbs"] = kSubresourceVerbs;
  return json;
}

Json LegacyResources(const ServedVersion& version) {
  Json resources = Json::array();
  for (const ResourceType& resource : ResourceTypes()) {
    if (!resource.Serves(version.group, version.version)) continue;
    resources.push_back(LegacyResource(resource));
    if (resource.has_scale) resources.push_back(LegacySubresource(resource, "scale"));
    if (resource.has_status) resources.push_back(LegacySubresource(resource, "status"));
  }
  return {{"kind", "APIResourceList"},
          {"apiVersion", "v1"},
          {"groupVersion", version.ApiVersion()},
          {"resources", std::move(resources)}};
}

Json KindJson(std::string_view group, std::string_view version, std::string_view kind) {
  return {{"group", group}, {"version", version}, {"kind", kind}};
}

Json AggregatedResource(const ResourceType& resource, const ServedVersion& version) {
  Json json = {{"resource", resource.name},
               {"responseKind", KindJson(version.group, version.version, resource.kind)},
               {"scope", resource.namespaced ? "Namespaced" : "Cluster"},
               {"singularResource", resource.singular},
               {"verbs", resource.verbs}};
  if (!resource.short_names.empty()) json["shortNames"] = resource.short_names;
  if (!resource.categories.empty()) json["categories"] = resource.categories;
  Json subresources = Json::array();
  if (resource.has_scale) {
    subresources.push_back({{"subresource", "scale"},
                            {"responseKind", KindJson("autoscaling", "v1", "Scale")},
                            {"verbs", kSubresourceVerbs}});
  }
  if (resource.has_status) {
    subresources.push_back(
        {{"subresource", "status"},
         {"responseKind", KindJson(version.group, version.version, resource.kind)},
         {"verbs", kSubresourceVerbs}});
  }
  if (!subresources.empty()) json["subresources"] = std::move(subresources);
  return json;
}

Json AggregatedGroup(std::string_view group, const std::vector<std::string_view>& versions) {
  Json json = {{"metadata", Json::object()}, {"versions", Json::array()}};
  if (!group.empty()) json["metadata"]["name"] = group;
  for (const std::string_view name : versions) {
    const ServedVersion version = {group, name};
    Json resources = Json::array();
    for (const ResourceType& resource : ResourceTypes()) {
      if (resource.Serves(group, name)) resources.push_back(AggregatedResource(resource, version));
    }
    json["versions"].push_back(
        {{"version", name}, {"resources", std::move(resources)}, {"freshness", "Current"}});
  }
  return json;
}

Json AggregatedList(const char* version, Json items) {
  return {{"kind", "APIGroupDiscoveryList"},
          {"apiVersion", fmt::format("apidiscovery.k8s.io/{}", version)},
          {"metadata", Json::object()},
          {"items", std::move(items)}};
}

Json GroupJson(std::string_view group, const std::vector<std::string_view>& versions) {
  Json json = {{"name", group}, {"versions", Json::array()}};
  for (const std::string_view version : versions) {
    json["versions"].push_back(VersionJson({group, version}));
  }
  json["preferredVersion"] = json["versions"][0];
  return json;
}

// The version of the aggregated form that an Accept header asks for.
std::optional<std::string> AggregatedVersion(std::string_view accept) {
  const auto match = apiservice::FirstAllowed(
      accept, [](const apiservice::AcceptClause& clause, apiservice::Encoding encoding) {
        return encoding == apiservice::Encoding::kJson &&
               clause.TransformsTo("apidiscovery.k8s.io", "APIGroupDiscoveryList") &&
               (clause.version == "v2" || clause.version == "v2beta1");
      });
  if (!match) return std::nullopt;
  return std::string(match->first.version);
}

}  // namespace

ObjectsDiscovery::ObjectsDiscovery(std::string_view server_address) {
  const apiservice::DiscoveryOptions options{.server_address = std::string(server_address)};
  const Json addresses =
      Json::array({{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", server_address}}});
  documents_["/api"] = Json({{"kind", "APIVersions"},
                             {"versions", Json::array({"v1"})},
                             {"serverAddressByClientCIDRs", addresses}})
                           .dump();
  documents_["/api/v1"] = LegacyResources({"", "v1"}).dump();
  Json list = Json::parse(apiservice::GroupListDocument(options).json);
  Json groups = Json::array();
  Json aggregated = Json::array();
  for (const auto& [name, versions] : Groups()) {
    Json group = GroupJson(name, versions);
    Json document = {{"kind", "APIGroup"}, {"apiVersion", "v1"}};
    document.update(group);
    documents_[fmt::format("/apis/{}", name)] = document.dump();
    for (const std::string_view version : versions) {
      documents_[fmt::format("/apis/{}/{}", name, version)] =
          LegacyResources({name, version}).dump();
    }
    group["serverAddressByClientCIDRs"] = addresses;
    groups.push_back(std::move(group));
    aggregated.push_back(AggregatedGroup(name, versions));
  }
  for (Json& group : list["groups"]) groups.push_back(group);
  list["groups"] = std::move(groups);
  documents_["/apis"] = list.dump();
  for (const char* version : kAggregatedVersions) {
    Json items = aggregated;
    const Json metrics = Json::parse(apiservice::AggregatedDocument(options, version).json);
    for (const Json& group : metrics["items"]) items.push_back(group);
    aggregated_[fmt::format("/apis {}", version)] =
        AggregatedList(version, std::move(items)).dump();
    aggregated_[fmt::format("/api {}", version)] =
        AggregatedList(version, Json::array({AggregatedGroup("", {"v1"})})).dump();
  }
}

bool ObjectsDiscovery::Serves(std::string_view path) {
  path = WithoutTrailingSlash(path);
  if (path == "/api" || path == "/apis" || path.starts_with("/api/")) return true;
  const auto groups = Groups();
  return std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
    const std::string base = fmt::format("/apis/{}", group.first);
    return path == base || path.starts_with(base + "/");
  });
}

apiservice::Response ObjectsDiscovery::Handle(const apiservice::AdmittedRequest& admitted) {
  const apiservice::Request& request = admitted.request;
  const std::string_view path = WithoutTrailingSlash(admitted.info.path);
  const auto document = documents_.find(path);
  if (document == documents_.end()) {
    return apiservice::ErrorResponse(apiservice::NoSuchPath(), request);
  }
  if (request.method != "GET") {
    return apiservice::ErrorResponse(apiservice::MethodNotAllowed(), request);
  }
  const bool pretty = apiservice::WantsPretty(request);
  if (const auto version = AggregatedVersion(request.headers.Joined("Accept"))) {
    const auto found = aggregated_.find(fmt::format("{} {}", path, *version));
    if (found != aggregated_.end()) {
      apiservice::Response response =
          apiservice::DocumentResponse(200, found->second, apiservice::Encoding::kJson, pretty);
      response.headers = {
          {"Content-Type", fmt::format("application/json;g=apidiscovery.k8s.io;v={};as="
                                       "APIGroupDiscoveryList",
                                       *version)},
          {"Vary", "Accept"}};
      return response;
    }
  }
  apiservice::Negotiated negotiated;
  if (const auto status =
          apiservice::Negotiate(request, apiservice::Endpoint::kDocument, negotiated)) {
    return apiservice::StatusResponse(*status, /*pretty=*/true);
  }
  if (negotiated.encoding == apiservice::Encoding::kProtobuf) {
    negotiated.encoding = apiservice::Encoding::kJson;
  }
  return apiservice::DocumentResponse(200, document->second, negotiated.encoding,
                                      negotiated.pretty);
}

std::vector<std::string> DiscoveryPaths() {
  std::vector<std::string> paths = {"/api", "/api/v1", "/apis"};
  for (const auto& [name, versions] : Groups()) {
    paths.push_back(fmt::format("/apis/{}", name));
    for (const std::string_view version : versions) {
      paths.push_back(fmt::format("/apis/{}/{}", name, version));
    }
  }
  return paths;
}

}  // namespace kubegauge::server
