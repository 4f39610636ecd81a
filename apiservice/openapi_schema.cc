#include "apiservice/openapi_schema.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace kubegauge::apiservice {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kList = "[]";
constexpr std::string_view kMap = "map[string]";

// Those that every kind has.
constexpr PropertySchema kKindProperties[] = {
    {"apiVersion", "string",
     "The group and version of the schema that this object follows, such as metrics.k8s.io/v1."},
    {"kind", "string", "The name of the object's type in camel case, such as PodMetrics."},
};

std::string FullName(std::string_view name, std::string_view package) {
  constexpr std::pair<std::string_view, std::string_view> kPackages[] = {
      {"meta.", kMetaPackage}, {"resource.", kResourcePackage}};
  for (const auto& [alias, full] : kPackages) {
    if (name.starts_with(alias)) return fmt::format("{}.{}", full, name.substr(alias.size()));
  }
  return fmt::format("{}.{}", package, name);
}

// Empty for a type that is defined elsewhere.
std::optional<Json> ScalarSchema(std::string_view type) {
  if (type == "string") return Json{{"type", "string"}};
  if (type == "bool") return Json{{"type", "boolean"}};
  if (type == "int64") return Json{{"type", "integer"}, {"format", "int64"}};
  return std::nullopt;
}

Json TypeSchema(std::string_view type, std::string_view package) {
  if (type.starts_with(kList)) {
    return {{"type", "array"}, {"items", TypeSchema(type.substr(kList.size()), package)}};
  }
  if (type.starts_with(kMap)) {
    return {{"type", "object"},
            {"additionalProperties", TypeSchema(type.substr(kMap.size()), package)}};
  }
  if (std::optional<Json> scalar = ScalarSchema(type)) return *std::move(scalar);
  return Reference(FullName(type, package));
}

// What Go has where it was told nothing. Lists and maps, and types with a text of their own, have
// none that a document would name.
std::optional<Json> DefaultOf(const PropertySchema& property) {
  if (property.presence == Presence::kDefaulted) return Json::object();
  if (property.presence == Presence::kOptional) return std::nullopt;
  if (property.type == "string") return "";
  if (property.type == "bool") return false;
  return std::nullopt;
}

Json PropertyOf(const PropertySchema& property, std::string_view package) {
  Json schema = TypeSchema(property.type, package);
  schema["description"] = property.description;
  schema.update(Json::parse(property.extensions));
  if (std::optional<Json> value = DefaultOf(property)) schema["default"] = *std::move(value);
  return schema;
}

Json DefinitionOf(const DefinitionSchema& definition, const DefinitionPackage& package) {
  Json schema = {{"type", "object"}, {"description", definition.description}};
  schema.update(Json::parse(definition.extensions));
  const auto add = [&](std::span<const PropertySchema> properties) {
    for (const PropertySchema& property : properties) {
      schema["properties"][property.name] = PropertyOf(property, package.prefix);
      if (property.presence == Presence::kRequired) schema["required"].push_back(property.name);
    }
  };
  add(definition.properties);
  if (definition.is_kind) {
    add(kKindProperties);
    schema["x-kubernetes-group-version-kind"] =
        GroupVersionKinds(package.group, package.version, definition.name);
  }
  return schema;
}

}  // namespace

Json Reference(std::string_view definition) {
  return {{"$ref", fmt::format("#/definitions/{}", definition)}};
}

Json GroupVersionKinds(std::string_view group, std::string_view version, std::string_view kind) {
  return Json::array({{{"group", group}, {"version", version}, {"kind", kind}}});
}

void AddDefinitions(const DefinitionPackage& package, Json& definitions) {
  for (const DefinitionSchema& definition : package.definitions) {
    definitions[FullName(definition.name, package.prefix)] = DefinitionOf(definition, package);
  }
}

}  // namespace kubegauge::apiservice
