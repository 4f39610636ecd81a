#include "apiservice/openapi_v3.h"

#include <set>
#include <string_view>
#include <utility>

namespace kubegauge::apiservice {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kOldReference = "#/definitions/";
constexpr std::string_view kNewReference = "#/components/schemas/";

// The group and version of a path: its first segments, three below /apis, two below /api.
std::string DocumentOf(std::string_view path) {
  path.remove_prefix(1);
  const int segments = path.starts_with("apis/") ? 3 : path.starts_with("api/") ? 2 : 1;
  size_t end = 0;
  for (int i = 0; i < segments; ++i) {
    const size_t slash = path.find('/', end == 0 ? 0 : end + 1);
    if (slash == std::string_view::npos) return std::string(path);
    end = slash;
    if (end + 1 == path.size()) break;
  }
  return std::string(path.substr(0, end));
}

// Points references at where definitions are in 3.0, and collects what they name.
void MoveReferences(Json& json, std::set<std::string>& names) {
  if (json.is_array() || json.is_object()) {
    for (Json& part : json) MoveReferences(part, names);
  }
  if (!json.is_object() || !json.contains("$ref")) return;
  const std::string name = json["$ref"].get<std::string>().substr(kOldReference.size());
  names.insert(name);
  json["$ref"] = std::string(kNewReference) + name;
  // Nothing may stand beside a reference.
  if (json.size() == 1) return;
  Json reference = {{"$ref", json["$ref"]}};
  json.erase("$ref");
  json["allOf"] = Json::array({std::move(reference)});
}

Json Parameter(Json parameter) {
  Json schema = Json::object();
  for (const char* key : {"type", "uniqueItems"}) {
    if (!parameter.contains(key)) continue;
    schema[key] = parameter[key];
    parameter.erase(key);
  }
  parameter["schema"] = std::move(schema);
  return parameter;
}

void ConvertParameters(Json& owner) {
  if (!owner.contains("parameters")) return;
  for (Json& parameter : owner["parameters"]) parameter = Parameter(std::move(parameter));
}

void ConvertOperation(Json& operation) {
  ConvertParameters(operation);
  const Json types = operation.value("produces", Json::array());
  for (const char* key : {"schemes", "consumes", "produces"}) operation.erase(key);
  for (Json& response : operation["responses"]) {
    if (!response.contains("schema")) continue;
    for (const Json& type : types) {
      response["content"][type.get<std::string>()]["schema"] = response["schema"];
    }
    response.erase("schema");
  }
}

Json Path(Json path) {
  for (const char* method : {"get", "post", "patch"}) {
    if (path.contains(method)) ConvertOperation(path[method]);
  }
  ConvertParameters(path);
  return path;
}

// The definitions that `names` and they themselves refer to.
Json Schemas(const Json& definitions, std::set<std::string> names) {
  Json schemas = Json::object();
  while (!names.empty()) {
    std::set<std::string> more;
    for (const std::string& name : names) {
      if (schemas.contains(name)) continue;
      Json schema = definitions.at(name);
      MoveReferences(schema, more);
      if (schema.contains("oneOf")) schema.erase("type");  // which only 2.0 needs
      schemas[name] = std::move(schema);
    }
    names = std::move(more);
  }
  return schemas;
}

}  // namespace

std::map<std::string, Json, std::less<>> OpenApiV3(const Json& document) {
  std::map<std::string, Json, std::less<>> parts;
  for (const auto& [path, item] : document.at("paths").items()) {
    parts[DocumentOf(path)]["paths"][path] = Path(item);
  }
  for (auto& [name, part] : parts) {
    part["openapi"] = "3.0.0";
    part["info"] = document.at("info");
    std::set<std::string> names;
    MoveReferences(part["paths"], names);
    part["components"]["schemas"] = Schemas(document.at("definitions"), std::move(names));
  }
  return parts;
}

}  // namespace kubegauge::apiservice
