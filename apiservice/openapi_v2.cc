#include "apiservice/openapi_v2.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "apiservice/metrics_handler.h"

namespace kubegauge::apiservice {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMetav1 = "io.k8s.apimachinery.pkg.apis.meta.v1.";
constexpr std::string_view kVersionInfo = "io.k8s.apimachinery.pkg.version.Info";
constexpr const char* kDocumentTypes[] = {"application/json", "application/yaml",
                                          "application/vnd.kubernetes.protobuf"};
constexpr std::string_view kQuantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";

Json Ref(std::string_view definition) {
  return {{"$ref", fmt::format("#/definitions/{}", definition)}};
}

Json ArrayOf(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

Json MapOf(Json values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

Json Described(std::string_view text, Json schema) {
  schema["description"] = text;
  return schema;
}

std::string MetricsDefinition(std::string_view version, std::string_view kind) {
  return fmt::format("io.k8s.metrics.pkg.apis.metrics.{}.{}", version, kind);
}

Json GroupVersionKind(std::string_view version, std::string_view kind) {
  return {{"group", kMetricsGroup}, {"version", version}, {"kind", kind}};
}

Json TopLevel(std::string_view version, std::string_view kind, std::string_view description,
              Json properties, Json required) {
  Json all = {{"apiVersion", {{"type", "string"}}}, {"kind", {{"type", "string"}}}};
  all.update(properties);
  return {{"description", description},
          {"type", "object"},
          {"required", std::move(required)},
          {"properties", std::move(all)},
          {"x-kubernetes-group-version-kind", Json::array({GroupVersionKind(version, kind)})}};
}

void AddMetricsDefinitions(std::string_view version, Json& definitions) {
  const Json usage =
      Described("The memory usage is the memory working set.", MapOf(Ref(kQuantity)));
  const Json object_meta = Ref(fmt::format("{}ObjectMeta", kMetav1));
  const Json timestamp = Described("When the window ends.", Ref(fmt::format("{}Time", kMetav1)));
  const Json window = Described("The interval that the usage was measured over.",
                                Ref(fmt::format("{}Duration", kMetav1)));
  const auto name = [&](std::string_view kind) { return MetricsDefinition(version, kind); };

  definitions[name("ContainerMetrics")] = {
      {"description", "ContainerMetrics is the resource usage of a container."},
      {"type", "object"},
      {"required", {"name", "usage"}},
      {"properties", {{"name", {{"type", "string"}}}, {"usage", usage}}}};
  definitions[name("NodeMetrics")] = TopLevel(
      version, "NodeMetrics", "NodeMetrics is the resource usage of a node.",
      {{"metadata", object_meta}, {"timestamp", timestamp}, {"window", window}, {"usage", usage}},
      {"timestamp", "window", "usage"});
  definitions[name("PodMetrics")] =
      TopLevel(version, "PodMetrics", "PodMetrics is the resource usage of a pod.",
               {{"metadata", object_meta},
                {"timestamp", timestamp},
                {"window", window},
                {"containers", ArrayOf(Ref(name("ContainerMetrics")))}},
               {"timestamp", "window", "containers"});
  for (const char* kind : {"NodeMetrics", "PodMetrics"}) {
    const std::string list = fmt::format("{}List", kind);
    definitions[name(list)] =
        TopLevel(version, list, fmt::format("{} is a list of {}.", list, kind),
                 {{"metadata", Ref(fmt::format("{}ListMeta", kMetav1))},
                  {"items", ArrayOf(Ref(name(kind)))}},
                 Json::array({"items"}));
  }
}

void AddCommonDefinitions(Json& definitions) {
  const auto meta = [](std::string_view kind) { return fmt::format("{}{}", kMetav1, kind); };
  const Json string = {{"type", "string"}};
  definitions[std::string(kQuantity)] = {
      {"description", "Quantity is a fixed-point number such as 250m or 64Mi."},
      {"type", "string"}};
  definitions[meta("Time")] = {{"type", "string"}, {"format", "date-time"}};
  definitions[meta("Duration")] = {{"description", "A duration as Go writes it, such as 15.062s."},
                                   {"type", "string"}};
  definitions[meta("ObjectMeta")] = {{"type", "object"},
                                     {"properties",
                                      {{"name", string},
                                       {"namespace", string},
                                       {"labels", MapOf(string)},
                                       {"creationTimestamp", Ref(meta("Time"))}}}};
  definitions[meta("ListMeta")] = {
      {"type", "object"},
      {"properties",
       {{"continue", string},
        {"remainingItemCount", {{"type", "integer"}, {"format", "int64"}}},
        {"resourceVersion", string},
        {"selfLink", string}}}};
}

Json Text(std::string_view description) {
  return {{"type", "string"}, {"description", description}};
}

Json Object(Json properties, Json required) {
  return {
      {"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}

// What the discovery documents and /version are made of.
void AddDiscoveryDefinitions(Json& definitions) {
  const auto meta = [](std::string_view kind) { return fmt::format("{}{}", kMetav1, kind); };
  const Json string = {{"type", "string"}};
  const Json flag = {{"type", "boolean"}};
  const Json type = {{"apiVersion", string}, {"kind", string}};
  const auto with_type = [&](Json properties) {
    properties.update(type);
    return properties;
  };
  definitions[meta("GroupVersionForDiscovery")] = Object(
      {{"groupVersion", string}, {"version", string}}, Json::array({"groupVersion", "version"}));
  definitions[meta("ServerAddressByClientCIDR")] =
      Object({{"clientCIDR", string}, {"serverAddress", string}},
             Json::array({"clientCIDR", "serverAddress"}));
  definitions[meta("APIGroup")] = Object(
      with_type({{"name", Text("The name of the group.")},
                 {"versions", ArrayOf(Ref(meta("GroupVersionForDiscovery")))},
                 {"preferredVersion", Ref(meta("GroupVersionForDiscovery"))},
                 {"serverAddressByClientCIDRs", ArrayOf(Ref(meta("ServerAddressByClientCIDR")))}}),
      Json::array({"name", "versions"}));
  definitions[meta("APIGroupList")] =
      Object(with_type({{"groups", ArrayOf(Ref(meta("APIGroup")))}}), Json::array({"groups"}));
  definitions[meta("APIResource")] =
      Object({{"name", string},
              {"singularName", string},
              {"namespaced", flag},
              {"kind", string},
              {"verbs", ArrayOf(string)}},
             Json::array({"name", "singularName", "namespaced", "kind", "verbs"}));
  definitions[meta("APIResourceList")] = Object(
      with_type({{"groupVersion", string}, {"resources", ArrayOf(Ref(meta("APIResource")))}}),
      Json::array({"groupVersion", "resources"}));
  Json version = Json::object();
  for (const char* name :
       {"emulationMajor", "emulationMinor", "minCompatibilityMajor", "minCompatibilityMinor"}) {
    version[name] = string;
  }
  Json required = Json::array();
  for (const char* name : {"major", "minor", "gitVersion", "gitCommit", "gitTreeState", "buildDate",
                           "goVersion", "compiler", "platform"}) {
    version[name] = string;
    required.push_back(name);
  }
  definitions[std::string(kVersionInfo)] = Object(std::move(version), std::move(required));
}

// A path that gives one document.
Json DocumentPath(std::string_view tag, std::string_view id, std::string_view description,
                  std::string_view definition) {
  return {{"get",
           {{"description", description},
            {"schemes", {"https"}},
            {"consumes", Json(kDocumentTypes)},
            {"produces", Json(kDocumentTypes)},
            {"tags", Json::array({tag})},
            {"operationId", id},
            {"responses",
             {{"200", {{"description", "OK"}, {"schema", Ref(definition)}}},
              {"401", {{"description", "Unauthorized"}}}}}}}};
}

void AddDocumentPaths(Json& paths) {
  const auto meta = [](std::string_view kind) { return fmt::format("{}{}", kMetav1, kind); };
  const std::string group = fmt::format("/apis/{}/", kMetricsGroup);
  paths["/apis/"] =
      DocumentPath("apis", "getAPIVersions", "get available API versions", meta("APIGroupList"));
  paths[group] =
      DocumentPath("metrics", "getMetricsAPIGroup", "get information of a group", meta("APIGroup"));
  for (const std::string_view version : kMetricsVersions) {
    paths[fmt::format("{}{}/", group, version)] =
        DocumentPath(fmt::format("metrics_{}", version),
                     fmt::format("getMetrics{}APIResources", version == "v1" ? "V1" : "V1beta1"),
                     "get available resources", meta("APIResourceList"));
  }
  paths["/version/"] =
      DocumentPath("version", "getCodeVersion", "get the code version", kVersionInfo);
}

Json QueryParameter(std::string_view name, std::string_view type) {
  return {{"name", name}, {"in", "query"}, {"type", type}, {"uniqueItems", true}};
}

Json PathParameter(std::string_view name) {
  return {{"name", name},
          {"in", "path"},
          {"type", "string"},
          {"required", true},
          {"uniqueItems", true}};
}

Json ListParameters() {
  Json parameters = Json::array();
  for (const char* name : {"continue", "fieldSelector", "labelSelector", "resourceVersion",
                           "resourceVersionMatch", "shardSelector"}) {
    parameters.push_back(QueryParameter(name, "string"));
  }
  for (const char* name : {"allowWatchBookmarks", "sendInitialEvents", "watch"}) {
    parameters.push_back(QueryParameter(name, "boolean"));
  }
  for (const char* name : {"limit", "timeoutSeconds"}) {
    parameters.push_back(QueryParameter(name, "integer"));
  }
  return parameters;
}

// One path of the API, with its one operation.
struct Operation {
  std::string path;
  std::string_view id;  // with {} for the version, as in "readMetrics{}NodeMetrics"
  std::string_view kind;
  bool is_list;
  std::vector<std::string_view> path_parameters;
};

void AddPath(std::string_view version, const Operation& operation, Json& paths) {
  const std::string result =
      operation.is_list ? fmt::format("{}List", operation.kind) : std::string(operation.kind);
  const std::string id_version = version == "v1" ? "V1" : "V1beta1";
  Json path = {
      {"get",
       {{"description", operation.is_list ? fmt::format("list objects of kind {}", operation.kind)
                                          : fmt::format("read the specified {}", operation.kind)},
        {"schemes", {"https"}},
        {"consumes", {"*/*"}},
        {"produces", Json(kDocumentTypes)},
        {"tags", Json::array({fmt::format("metrics_{}", version)})},
        {"operationId", fmt::format(fmt::runtime(operation.id), id_version)},
        {"responses",
         {{"200", {{"description", "OK"}, {"schema", Ref(MetricsDefinition(version, result))}}},
          {"401", {{"description", "Unauthorized"}}}}},
        {"x-kubernetes-action", operation.is_list ? "list" : "get"},
        {"x-kubernetes-group-version-kind", GroupVersionKind(version, operation.kind)}}}};
  Json parameters = operation.is_list ? ListParameters() : Json::array();
  for (const std::string_view name : operation.path_parameters) {
    parameters.push_back(PathParameter(name));
  }
  parameters.push_back(QueryParameter("pretty", "string"));
  path["parameters"] = std::move(parameters);
  paths[operation.path] = std::move(path);
}

void AddPaths(std::string_view version, Json& paths) {
  const std::string base = fmt::format("/apis/{}/{}", kMetricsGroup, version);
  const std::string namespaced = base + "/namespaces/{namespace}/pods";
  const Operation operations[] = {
      {base + "/nodes", "listMetrics{}NodeMetrics", "NodeMetrics", true, {}},
      {base + "/nodes/{name}", "readMetrics{}NodeMetrics", "NodeMetrics", false, {"name"}},
      {base + "/pods", "listMetrics{}PodMetricsForAllNamespaces", "PodMetrics", true, {}},
      {namespaced, "listMetrics{}NamespacedPodMetrics", "PodMetrics", true, {"namespace"}},
      {namespaced + "/{name}",
       "readMetrics{}NamespacedPodMetrics",
       "PodMetrics",
       false,
       {"namespace", "name"}},
  };
  for (const Operation& operation : operations) AddPath(version, operation, paths);
}

}  // namespace

nlohmann::json OpenApiV2(std::string_view version) {
  Json document = {{"swagger", "2.0"},
                   {"info", {{"title", "Kubernetes metrics-server"}, {"version", version}}},
                   {"paths", Json::object()},
                   {"definitions", Json::object()}};
  AddCommonDefinitions(document["definitions"]);
  AddDiscoveryDefinitions(document["definitions"]);
  AddDocumentPaths(document["paths"]);
  for (const std::string_view api_version : kMetricsVersions) {
    AddMetricsDefinitions(api_version, document["definitions"]);
    AddPaths(api_version, document["paths"]);
  }
  return document;
}

}  // namespace kubegauge::apiservice
