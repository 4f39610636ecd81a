#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "server/standalone/inventory.h"

namespace kubegauge::server {

// JSON with its keys in the order of insertion, which is that of the Kubernetes API's structs.
using Json = nlohmann::ordered_json;

// What else a rendered object shows.
struct RenderContext {
  const NodeRecord& node;
  int64_t now_ns = 0;  // since the Unix epoch
};

// The static facts of a resource of the core group.
struct CoreResource {
  std::string_view name;  // plural, as in paths
  std::string_view kind;
  bool namespaced = false;
};
inline constexpr CoreResource kNodes = {.name = "nodes", .kind = "Node"};
inline constexpr CoreResource kNamespaces = {.name = "namespaces", .kind = "Namespace"};
inline constexpr CoreResource kPods = {.name = "pods", .kind = "Pod", .namespaced = true};

constexpr const CoreResource& ResourceOf(const NodeRecord&) { return kNodes; }
constexpr const CoreResource& ResourceOf(const NamespaceRecord&) { return kNamespaces; }
constexpr const CoreResource& ResourceOf(const PodRecord&) { return kPods; }

// The label that every namespace has, with its own name.
inline constexpr std::string_view kNamespaceNameLabel = "kubernetes.io/metadata.name";

// The object's metadata, without kind and apiVersion.
Json MetadataJson(const NodeRecord& node);
Json MetadataJson(const NamespaceRecord& entry);
Json MetadataJson(const PodRecord& pod);

// The object as an item of a list, that is without kind and apiVersion.
Json ObjectJson(const NodeRecord& node, const RenderContext& context);
Json ObjectJson(const NamespaceRecord& entry, const RenderContext& context);
Json ObjectJson(const PodRecord& pod, const RenderContext& context);

// `object` with kind and apiVersion in front.
Json WithType(std::string_view kind, std::string_view api_version, Json object);

// Compact text as kube-apiserver writes it: <, >, & and U+2028/9 escaped, broken UTF-8 replaced.
std::string JsonText(const Json& json);

}  // namespace kubegauge::server
