#include "apiservice/openapi_document.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "apiservice/metrics_handler.h"
#include "apiservice/openapi_definitions.h"
#include "apiservice/openapi_parameters.h"
#include "apiservice/openapi_schema.h"

namespace kubegauge::apiservice {
namespace {

using Json = nlohmann::json;

Json ObjectTypes() {
  return {"application/json", "application/yaml", "application/vnd.kubernetes.protobuf"};
}

Json ListTypes() {
  Json types = ObjectTypes();
  types.push_back("application/json;stream=watch");
  types.push_back("application/vnd.kubernetes.protobuf;stream=watch");
  return types;
}

// `V1beta1`, as it stands in operation IDs.
std::string InId(std::string_view version) { return fmt::format("V{}", version.substr(1)); }

// A path that can be read and gives what `definition` is.
struct ReadPath {
  std::string tag;
  std::string id;
  std::string description;
  std::string definition;
  Json consumes = ObjectTypes();
  Json produces = ObjectTypes();
};

Json GetOperation(const ReadPath& path) {
  return {
      {"description", path.description},
      {"schemes", {"https"}},
      {"consumes", path.consumes},
      {"produces", path.produces},
      {"tags", Json::array({path.tag})},
      {"operationId", path.id},
      {"responses", {{"200", {{"description", "OK"}, {"schema", Reference(path.definition)}}}}}};
}

void AddDiscoveryPaths(Json& paths) {
  const auto meta = [](std::string_view kind) { return fmt::format("{}.{}", kMetaPackage, kind); };
  const std::string group = fmt::format("/apis/{}/", kMetricsGroup);
  paths["/apis/"]["get"] = GetOperation({.tag = "apis",
                                         .id = "getAPIVersions",
                                         .description = "list the groups that the server has",
                                         .definition = meta("APIGroupList")});
  paths[group]["get"] = GetOperation({.tag = "metrics",
                                      .id = "getMetricsAPIGroup",
                                      .description = "tell the versions of the group",
                                      .definition = meta("APIGroup")});
  for (const std::string_view version : kMetricsVersions) {
    paths[fmt::format("{}{}/", group, version)]["get"] =
        GetOperation({.tag = fmt::format("metrics_{}", version),
                      .id = fmt::format("getMetrics{}APIResources", InId(version)),
                      .description = "list the resources of this version of the group",
                      .definition = meta("APIResourceList")});
  }
  paths["/version/"]["get"] = GetOperation({.tag = "version",
                                            .id = "getCodeVersion",
                                            .description = "tell the version of the server",
                                            .definition = fmt::format("{}.Info", kVersionPackage),
                                            .consumes = Json::array({"application/json"}),
                                            .produces = Json::array({"application/json"})});
}

// A path of metrics, below the group and version.
struct MetricsPath {
  std::string_view path;
  std::string_view kind;
  std::string_view id;  // behind the verb and the version
  bool is_list;
};

constexpr MetricsPath kMetricsPaths[] = {
    {"/nodes", "NodeMetrics", "NodeMetrics", true},
    {"/nodes/{name}", "NodeMetrics", "NodeMetrics", false},
    {"/pods", "PodMetrics", "PodMetricsForAllNamespaces", true},
    {"/namespaces/{namespace}/pods", "PodMetrics", "NamespacedPodMetrics", true},
    {"/namespaces/{namespace}/pods/{name}", "PodMetrics", "NamespacedPodMetrics", false},
};

Json PathItem(std::string_view version, const MetricsPath& path) {
  const std::string_view kind = path.kind;
  const std::string result = path.is_list ? fmt::format("{}List", kind) : std::string(kind);
  Json get = GetOperation(
      {.tag = fmt::format("metrics_{}", version),
       .id = fmt::format("{}Metrics{}{}", path.is_list ? "list" : "read", InId(version), path.id),
       .description = fmt::format("{} {}", path.is_list ? "list or watch" : "read one", kind),
       .definition = fmt::format("{}.{}", MetricsPackage(version), result),
       .consumes = Json::array({"*/*"}),
       .produces = path.is_list ? ListTypes() : ObjectTypes()});
  get["x-kubernetes-action"] = path.is_list ? "list" : "get";
  get["x-kubernetes-group-version-kind"] = GroupVersionKinds(kMetricsGroup, version, kind)[0];
  return {{"get", std::move(get)}, {"parameters", ParametersOf(path.path, path.is_list)}};
}

}  // namespace

nlohmann::json OpenApiDocument(std::string_view version) {
  Json document = {{"swagger", "2.0"},
                   {"info", {{"title", "Kubernetes metrics-server"}, {"version", version}}},
                   {"paths", Json::object()},
                   {"definitions", Json::object()}};
  Json& paths = document["paths"];
  AddDiscoveryPaths(paths);
  AddMetadataDefinitions(document["definitions"]);
  AddDiscoveryDefinitions(document["definitions"]);
  for (const std::string_view served : kMetricsVersions) {
    AddMetricsDefinitions(served, document["definitions"]);
    for (const MetricsPath& path : kMetricsPaths) {
      paths[fmt::format("/apis/{}/{}{}", kMetricsGroup, served, path.path)] =
          PathItem(served, path);
    }
  }
  return document;
}

}  // namespace kubegauge::apiservice
