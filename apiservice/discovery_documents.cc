#include "apiservice/discovery_documents.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "apiservice/metrics_handler.h"
#include "apiservice/protobuf_message.h"

namespace kubegauge::apiservice {
namespace {

using Json = nlohmann::ordered_json;

struct Resource {
  std::string_view name;
  std::string_view kind;
  bool namespaced;
};
constexpr Resource kResources[] = {{"nodes", "NodeMetrics", false}, {"pods", "PodMetrics", true}};

std::vector<std::string_view> Verbs(const DiscoveryOptions& options) {
  if (options.serves_watch) return {"get", "list", "watch"};
  return {"get", "list"};
}

std::string GroupVersion(std::string_view version) {
  return fmt::format("{}/{}", kMetricsGroup, version);
}

Json VersionJson(std::string_view version) {
  return {{"groupVersion", GroupVersion(version)}, {"version", version}};
}

ProtobufMessage VersionProtobuf(std::string_view version) {
  return ProtobufMessage().Bytes(1, GroupVersion(version)).Bytes(2, version);
}

void AddGroupMembers(Json& group) {
  group["name"] = kMetricsGroup;
  for (const std::string_view version : kMetricsVersions) {
    group["versions"].push_back(VersionJson(version));
  }
  group["preferredVersion"] = VersionJson(kMetricsVersions[0]);
}

ProtobufMessage GroupProtobuf() {
  ProtobufMessage group;
  group.Bytes(1, kMetricsGroup);
  for (const std::string_view version : kMetricsVersions) {
    group.Message(2, VersionProtobuf(version));
  }
  return group.Message(3, VersionProtobuf(kMetricsVersions[0]));
}

// An ObjectMeta that only has a name.
ProtobufMessage NamedMeta(std::string_view name) {
  ProtobufMessage meta;
  meta.Bytes(1, name);
  for (const uint32_t field : {2u, 3u, 4u, 5u, 6u}) meta.Bytes(field, "");
  return meta.Varint(7, 0).Bytes(8, "");
}

// A list's metadata, with nothing in it.
ProtobufMessage ListMeta() { return ProtobufMessage().Bytes(1, "").Bytes(2, "").Bytes(3, ""); }

ProtobufMessage AggregatedResource(const Resource& resource, const DiscoveryOptions& options) {
  ProtobufMessage message;
  message.Bytes(1, resource.name)
      .Message(2, ProtobufMessage().Bytes(1, "").Bytes(2, "").Bytes(3, resource.kind))
      .Bytes(3, resource.namespaced ? "Namespaced" : "Cluster")
      .Bytes(4, "");
  for (const std::string_view verb : Verbs(options)) message.Bytes(5, verb);
  return message;
}

Json AggregatedResourceJson(const Resource& resource, const DiscoveryOptions& options) {
  return {{"resource", resource.name},
          {"responseKind", {{"group", ""}, {"version", ""}, {"kind", resource.kind}}},
          {"scope", resource.namespaced ? "Namespaced" : "Cluster"},
          {"singularResource", ""},
          {"verbs", Verbs(options)}};
}

}  // namespace

DiscoveryDocument GroupListDocument(const DiscoveryOptions& options) {
  constexpr std::string_view kAnyClient = "0.0.0.0/0";
  Json group;
  AddGroupMembers(group);
  group["serverAddressByClientCIDRs"] =
      Json::array({{{"clientCIDR", kAnyClient}, {"serverAddress", options.server_address}}});
  const Json list = {{"kind", "APIGroupList"}, {"groups", Json::array({group})}};
  ProtobufMessage message = GroupProtobuf();
  message.Message(4, ProtobufMessage().Bytes(1, kAnyClient).Bytes(2, options.server_address));
  return {.json = list.dump(),
          .protobuf = ProtobufMessage().Message(1, message).Body("", "APIGroupList")};
}

DiscoveryDocument GroupDocument() {
  Json group = {{"kind", "APIGroup"}, {"apiVersion", "v1"}};
  AddGroupMembers(group);
  return {.json = group.dump(), .protobuf = GroupProtobuf().Body("v1", "APIGroup")};
}

DiscoveryDocument ResourceListDocument(const DiscoveryOptions& options, std::string_view version) {
  Json list = {{"kind", "APIResourceList"},
               {"apiVersion", "v1"},
               {"groupVersion", GroupVersion(version)},
               {"resources", Json::array()}};
  ProtobufMessage message;
  message.Bytes(1, GroupVersion(version));
  for (const Resource& resource : kResources) {
    list["resources"].push_back({{"name", resource.name},
                                 {"singularName", ""},
                                 {"namespaced", resource.namespaced},
                                 {"kind", resource.kind},
                                 {"verbs", Verbs(options)}});
    ProtobufMessage verbs;
    for (const std::string_view verb : Verbs(options)) verbs.Bytes(1, verb);
    message.Message(2, ProtobufMessage()
                           .Bytes(1, resource.name)
                           .Varint(2, resource.namespaced ? 1 : 0)
                           .Bytes(3, resource.kind)
                           .Message(4, verbs)
                           .Bytes(6, "")
                           .Bytes(8, "")
                           .Bytes(9, "")
                           .Bytes(10, ""));
  }
  return {.json = list.dump(), .protobuf = message.Body("v1", "APIResourceList")};
}

DiscoveryDocument AggregatedDocument(const DiscoveryOptions& options, std::string_view version) {
  Json group = {{"metadata", {{"name", kMetricsGroup}}}};
  ProtobufMessage group_message;
  group_message.Message(1, NamedMeta(kMetricsGroup));
  for (const std::string_view served : kMetricsVersions) {
    Json entry = {{"version", served}};
    ProtobufMessage message;
    message.Bytes(1, served);
    for (const Resource& resource : kResources) {
      entry["resources"].push_back(AggregatedResourceJson(resource, options));
      message.Message(2, AggregatedResource(resource, options));
    }
    entry["freshness"] = "Current";
    group["versions"].push_back(std::move(entry));
    group_message.Message(2, message.Bytes(3, "Current"));
  }
  const std::string api_version = fmt::format("apidiscovery.k8s.io/{}", version);
  const Json list = {{"kind", "APIGroupDiscoveryList"},
                     {"apiVersion", api_version},
                     {"metadata", Json::object()},
                     {"items", Json::array({group})}};
  return {.json = list.dump(),
          .protobuf = ProtobufMessage()
                          .Message(1, ListMeta())
                          .Message(2, group_message)
                          .Body(api_version, "APIGroupDiscoveryList")};
}

}  // namespace kubegauge::apiservice
