#include "apiservice/openapi.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <nlohmann/json.hpp>

#include "apiservice/metrics_handler.h"
#include "apiservice/status.h"

namespace kubegauge::apiservice {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMetav1 = "io.k8s.apimachinery.pkg.apis.meta.v1.";
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
  for (const char* name :
       {"continue", "fieldSelector", "labelSelector", "resourceVersion", "resourceVersionMatch"}) {
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
        {"produces", {"application/json"}},
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

std::string Sha512Hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha512(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex.append(fmt::format("{:02X}", digest[i]));
  return hex;
}

}  // namespace

std::string OpenApiV2Document(std::string_view version) {
  Json document = {{"swagger", "2.0"},
                   {"info", {{"title", "Kubernetes metrics-server"}, {"version", version}}},
                   {"paths", Json::object()},
                   {"definitions", Json::object()}};
  AddCommonDefinitions(document["definitions"]);
  for (const std::string_view api_version : kMetricsVersions) {
    AddMetricsDefinitions(api_version, document["definitions"]);
    AddPaths(api_version, document["paths"]);
  }
  return document.dump();
}

OpenApiHandler::OpenApiHandler(std::string_view version)
    : document_(OpenApiV2Document(version)), etag_(fmt::format("\"{}\"", Sha512Hex(document_))) {}

Response OpenApiHandler::Handle(const AdmittedRequest& admitted) {
  const Headers& headers = admitted.request.headers;
  if (admitted.request.method != "GET" && admitted.request.method != "HEAD") {
    return StatusResponse(MethodNotAllowed());
  }
  const std::string accept = headers.Joined("Accept");
  const bool acceptable = accept.empty() || accept.find("application/json") != std::string::npos ||
                          accept.find("*/*") != std::string::npos;
  if (!acceptable) return {.status = 406, .headers = {}, .body = "", .stream = nullptr};
  Response response{
      .headers = {{"Etag", etag_}, {"Vary", "Accept"}}, .body = "", .stream = nullptr};
  if (headers.Find("If-None-Match") == etag_) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = document_;
  return response;
}

}  // namespace kubegauge::apiservice
