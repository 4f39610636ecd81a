#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace kubegauge::apiservice {

// Tables of the types that an OpenAPI document defines. Types are written as in Go, in which
// upstream declares those that its documents are made from: string, bool, int64, []T,
// map[string]T, or the name of a definition: of the same package (PodMetrics), of meta.v1
// (meta.ObjectMeta) or of api.resource (resource.Quantity).

enum class Presence : uint8_t {
  kOptional,
  kRequired,
  kDefaulted,  // optional, and an empty object where it is left out
};

struct PropertySchema {
  std::string_view name;
  std::string_view type;
  std::string_view description;
  Presence presence = Presence::kOptional;
  std::string_view extensions = "{}";  // its members x-kubernetes-…, as JSON
};

struct DefinitionSchema {
  std::string_view name;
  std::string_view description;
  std::span<const PropertySchema> properties;
  bool is_kind = false;  // says its kind and apiVersion, which are not in `properties`
  std::string_view extensions = "{}";
};

nlohmann::json Reference(std::string_view definition);

// [{group, version, kind}], as documents name the kinds that they define.
nlohmann::json GroupVersionKinds(std::string_view group, std::string_view version,
                                 std::string_view kind);

struct DefinitionPackage {
  std::string_view prefix;  // of their names: "io.k8s.metrics.pkg.apis.metrics.v1"
  std::string_view group;
  std::string_view version;
  std::span<const DefinitionSchema> definitions;
};

// Their schemas have the defaults of openapi_document.h.
void AddDefinitions(const DefinitionPackage& package, nlohmann::json& definitions);

// The extension of a list or map that has one owner and is merged as a whole.
inline constexpr std::string_view kAtomicList = R"({"x-kubernetes-list-type": "atomic"})";

inline constexpr std::string_view kMetaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";
inline constexpr std::string_view kResourcePackage = "io.k8s.apimachinery.pkg.api.resource";
inline constexpr std::string_view kVersionPackage = "io.k8s.apimachinery.pkg.version";

}  // namespace kubegauge::apiservice
