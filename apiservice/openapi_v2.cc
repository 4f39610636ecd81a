#include "apiservice/openapi_v2.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"

namespace kubegauge::apiservice {
namespace {

using Json = nlohmann::json;

void RemoveWhatOnlyV3Says(Json& schema) {
  schema.erase("default");
  schema.erase("oneOf");
  for (const char* part : {"items", "additionalProperties"}) {
    if (schema.contains(part)) RemoveWhatOnlyV3Says(schema[part]);
  }
  if (!schema.contains("properties")) return;
  for (Json& property : schema["properties"]) RemoveWhatOnlyV3Says(property);
}

// FNV-1 of 64 bits; the first 48 of them as base64 for URLs, as upstream tells parameters of one
// name apart.
std::string ShortHash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = hash * 0x100000001b3 ^ static_cast<uint8_t>(c);
  std::string bytes;
  for (int shift = 56; shift > 8; shift -= 8) bytes.push_back(static_cast<char>(hash >> shift));
  return absl::WebSafeBase64Escape(bytes);
}

// Upstream never shares these: a name says of which kind, and older clients look for the others in
// the operations themselves.
bool StaysInPlace(const Json& parameter) {
  const std::string& name = parameter.at("name").get_ref<const std::string&>();
  return name == "name" || name == "dryRun" || name == "fieldValidation";
}

void ShareParameters(Json& owner, Json& shared) {
  if (!owner.contains("parameters")) return;
  for (Json& parameter : owner["parameters"]) {
    if (StaysInPlace(parameter)) continue;
    const std::string name = fmt::format(
        "{}-{}", parameter.at("name").get_ref<const std::string&>(), ShortHash(parameter.dump()));
    shared[name] = parameter;
    parameter = {{"$ref", fmt::format("#/parameters/{}", name)}};
  }
}

}  // namespace

Json OpenApiV2(const Json& document) {
  Json v2 = document;
  for (Json& definition : v2.at("definitions")) RemoveWhatOnlyV3Says(definition);
  Json shared = Json::object();
  for (Json& path : v2.at("paths")) {
    ShareParameters(path, shared);
    for (const char* method : {"get", "post", "patch"}) {
      if (path.contains(method)) ShareParameters(path[method], shared);
    }
  }
  if (!shared.empty()) v2["parameters"] = std::move(shared);
  return v2;
}

}  // namespace kubegauge::apiservice
