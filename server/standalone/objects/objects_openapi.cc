#include "server/standalone/objects/objects_openapi.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "apiservice/openapi_document.h"
#include "server/standalone/objects/resource_type.h"
#include "server/standalone/objects/schema.h"

namespace kubegauge::server {
namespace {

using OpenApi = nlohmann::json;
using Kind = SchemaType::Kind;

constexpr const char* kTypes[] = {"application/json", "application/yaml"};
constexpr std::string_view kMetav1 = "io.k8s.apimachinery.pkg.apis.meta.v1";

OpenApi Ref(std::string_view name) { return {{"$ref", fmt::format("#/definitions/{}", name)}}; }

OpenApi TypeSchema(const SchemaType& type) {
  switch (type.kind) {
    case Kind::kString:
      return {{"type", "string"}};
    case Kind::kBool:
      return {{"type", "boolean"}};
    case Kind::kInt32:
      return {{"type", "integer"}, {"format", "int32"}};
    case Kind::kInt64:
      return {{"type", "integer"}, {"format", "int64"}};
    case Kind::kQuantity:
      return Ref("io.k8s.apimachinery.pkg.api.resource.Quantity");
    case Kind::kIntOrString:
      return {{"type", "string"}, {"format", "int-or-string"}};
    case Kind::kTime:
      return Ref(fmt::format("{}.Time", kMetav1));
    case Kind::kMicroTime:
      return Ref(fmt::format("{}.MicroTime", kMetav1));
    case Kind::kStruct:
      return Ref(type.structure->FullName());
    case Kind::kList:
      return {{"type", "array"}, {"items", TypeSchema(type.Element())}};
    case Kind::kMap:
      return {{"type", "object"}, {"additionalProperties", TypeSchema(type.Element())}};
    case Kind::kAny:
      break;
  }
  return {{"type", "object"}};
}

OpenApi FieldSchema(const SchemaField& field) {
  OpenApi schema = TypeSchema(field.type);
  if (!field.keys.empty()) {
    schema["x-kubernetes-list-type"] = "map";
    schema["x-kubernetes-list-map-keys"] = field.keys;
    schema["x-kubernetes-patch-merge-key"] = field.merge_key();
  }
  if (field.is_set) schema["x-kubernetes-list-type"] = "set";
  if (field.atomic) {
    schema[field.type.kind == Kind::kList ? "x-kubernetes-list-type" : "x-kubernetes-map-type"] =
        "atomic";
  }
  const bool merges = !field.keys.empty() || field.is_set;
  if (merges || field.retains_keys) {
    schema["x-kubernetes-patch-strategy"] = !field.retains_keys ? "merge"
                                            : merges            ? "merge,retainKeys"
                                                                : "retainKeys";
  }
  return schema;
}

OpenApi StructSchema(const SchemaStruct& structure) {
  OpenApi schema = {{"type", "object"}, {"properties", OpenApi::object()}};
  if (structure.atomic) schema["x-kubernetes-map-type"] = "atomic";
  for (const SchemaField& field : structure.fields) {
    schema["properties"][field.name] = FieldSchema(field);
    if (field.required) schema["required"].push_back(field.name);
  }
  return schema;
}

OpenApi GroupVersionKind(const ServedVersion& version, std::string_view kind) {
  return {{"group", version.group}, {"version", version.version}, {"kind", kind}};
}

OpenApi QueryParameter(std::string_view name, std::string_view type) {
  return {{"name", name}, {"in", "query"}, {"type", type}, {"uniqueItems", true}};
}

OpenApi Operation(const char* action, const ServedVersion& version, std::string_view kind,
                  const std::string& definition, const std::string& id) {
  return {{"description", fmt::format("{} objects of kind {}", action, kind)},
          {"schemes", {"https"}},
          {"consumes", OpenApi(kTypes)},
          {"produces", OpenApi(kTypes)},
          {"operationId", id},
          {"responses", {{"200", {{"description", "OK"}, {"schema", Ref(definition)}}}}},
          {"x-kubernetes-action", action},
          {"x-kubernetes-group-version-kind", GroupVersionKind(version, kind)}};
}

void AddPaths(const ResourceType& resource, const ServedVersion& version,
              const std::string& definition, OpenApi& paths) {
  const std::string base =
      fmt::format("{}/{}", version.group.empty() ? "/api" : "/apis", version.ApiVersion());
  const std::string collection = fmt::format(
      "{}/{}{}", base, resource.namespaced ? "namespaces/{namespace}/" : "", resource.name);
  const std::string id = fmt::format("{}_{}_{}", version.group, version.version, resource.kind);
  if (resource.review != nullptr) {
    paths[collection]["post"] =
        Operation("post", version, resource.kind, definition, "create_" + id);
    return;
  }
  OpenApi list = {
      {"get", Operation("list", version, resource.kind, definition + "List", "list_" + id)}};
  OpenApi one = {{"get", Operation("get", version, resource.kind, definition, "read_" + id)}};
  OpenApi path_parameters = OpenApi::array();
  if (resource.namespaced) {
    path_parameters.push_back({{"name", "namespace"},
                               {"in", "path"},
                               {"type", "string"},
                               {"required", true},
                               {"uniqueItems", true}});
  }
  list["parameters"] = path_parameters;
  path_parameters.push_back({{"name", "name"},
                             {"in", "path"},
                             {"type", "string"},
                             {"required", true},
                             {"uniqueItems", true}});
  one["parameters"] = path_parameters;
  if (resource.Allows("patch")) {
    OpenApi patch = Operation("patch", version, resource.kind, definition, "patch_" + id);
    for (const char* name : {"dryRun", "fieldManager", "fieldValidation"}) {
      patch["parameters"].push_back(QueryParameter(name, "string"));
    }
    patch["parameters"].push_back(QueryParameter("force", "boolean"));
    one["patch"] = std::move(patch);
  }
  paths[collection] = std::move(list);
  paths[collection + "/{name}"] = std::move(one);
}

OpenApi ListSchema(const ServedVersion& version, const ResourceType& resource,
                   const std::string& definition) {
  return {{"type", "object"},
          {"required", {"items"}},
          {"properties",
           {{"apiVersion", {{"type", "string"}}},
            {"kind", {{"type", "string"}}},
            {"metadata", Ref(fmt::format("{}.ListMeta", kMetav1))},
            {"items", {{"type", "array"}, {"items", Ref(definition)}}}}},
          {"x-kubernetes-group-version-kind",
           OpenApi::array({GroupVersionKind(version, fmt::format("{}List", resource.kind))})}};
}

}  // namespace

nlohmann::json StandaloneOpenApi(std::string_view version) {
  OpenApi document = apiservice::OpenApiDocument(version);
  document["info"]["title"] = "Kubernetes";
  OpenApi& definitions = document["definitions"];
  for (const auto& [name, structure] : Schema::Standalone().structs()) {
    // Those of metrics.k8s.io are the same types, and described.
    if (!definitions.contains(name)) definitions[name] = StructSchema(structure);
  }
  definitions[fmt::format("{}.MicroTime", kMetav1)] = {{"type", "string"}, {"format", "date-time"}};
  for (const ResourceType& resource : ResourceTypes()) {
    for (const ServedVersion& served : resource.served) {
      const std::string definition = fmt::format("{}.{}", PackageOf(served), resource.kind);
      definitions[definition]["x-kubernetes-group-version-kind"] =
          OpenApi::array({GroupVersionKind(served, resource.kind)});
      if (resource.review == nullptr) {
        definitions[definition + "List"] = ListSchema(served, resource, definition);
      }
      AddPaths(resource, served, definition, document["paths"]);
    }
  }
  return document;
}

}  // namespace kubegauge::server
