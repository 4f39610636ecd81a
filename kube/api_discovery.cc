#include "kube/api_discovery.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace kubegauge::kube {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::string_view Text(const object& parent, std::string_view key) {
  std::string_view text;
  return parent[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

bool Flag(const object& parent, std::string_view key) {
  bool flag = false;
  return parent[key].get(flag) == simdjson::SUCCESS && flag;
}

// Calls `visit` with each object in the list `key` of `parent`.
template <class Visit>
void ForEachObject(const object& parent, std::string_view key, const Visit& visit) {
  array list;
  if (parent[key].get(list) != simdjson::SUCCESS) return;
  for (const element item : list) {
    object member;
    if (item.get(member) == simdjson::SUCCESS) visit(member);
  }
}

// One whose answer names no kind is no resource to client-go, though its subresources are.
void AddAggregated(std::string name, bool namespaced, const object& described,
                   std::vector<ApiResource>& resources) {
  object kind;
  if (described["responseKind"].get(kind) != simdjson::SUCCESS) return;
  if (Text(kind, "kind").empty()) return;
  resources.push_back({.name = std::move(name),
                       .kind = std::string(Text(kind, "kind")),
                       .kind_group = std::string(Text(kind, "group")),
                       .kind_version = std::string(Text(kind, "version")),
                       .namespaced = namespaced});
}

ApiGroupVersion AggregatedVersion(const object& described) {
  ApiGroupVersion version{.version = std::string(Text(described, "version")),
                          .resources_known = true};
  ForEachObject(described, "resources", [&](const object& resource) {
    const std::string_view name = Text(resource, "resource");
    const bool namespaced = Text(resource, "scope") == "Namespaced";
    AddAggregated(std::string(name), namespaced, resource, version.resources);
    ForEachObject(resource, "subresources", [&](const object& subresource) {
      AddAggregated(fmt::format("{}/{}", name, Text(subresource, "subresource")), namespaced,
                    subresource, version.resources);
    });
  });
  return version;
}

ApiGroups ReadAggregated(const object& list) {
  ApiGroups groups;
  ForEachObject(list, "items", [&](const object& item) {
    auto group = std::make_shared<ApiGroup>();
    object metadata;
    if (item["metadata"].get(metadata) == simdjson::SUCCESS) {
      group->name = std::string(Text(metadata, "name"));
    }
    ForEachObject(item, "versions", [&](const object& version) {
      if (Text(version, "freshness") == "Stale") return;
      group->versions.push_back(AggregatedVersion(version));
    });
    if (!group->versions.empty()) group->preferred_version = group->versions.front().version;
    groups.push_back(std::move(group));
  });
  return groups;
}

ApiGroups ReadGroupList(const object& list) {
  ApiGroups groups;
  ForEachObject(list, "groups", [&](const object& item) {
    auto group = std::make_shared<ApiGroup>();
    group->name = std::string(Text(item, "name"));
    object preferred;
    if (item["preferredVersion"].get(preferred) == simdjson::SUCCESS) {
      group->preferred_version = std::string(Text(preferred, "version"));
    }
    ForEachObject(item, "versions", [&](const object& version) {
      group->versions.push_back({.version = std::string(Text(version, "version"))});
    });
    groups.push_back(std::move(group));
  });
  return groups;
}

ApiGroups ReadCoreVersions(const object& list) {
  auto group = std::make_shared<ApiGroup>();
  array versions;
  if (list["versions"].get(versions) == simdjson::SUCCESS) {
    for (const element version : versions) {
      std::string_view text;
      if (version.get(text) == simdjson::SUCCESS) {
        group->versions.push_back({.version = std::string(text)});
      }
    }
  }
  if (group->versions.empty()) return {};
  group->preferred_version = group->versions.front().version;
  return {std::move(group)};
}

// The object that `json` is, alive as long as `parser`.
absl::StatusOr<object> ParseObject(simdjson::dom::parser& parser, std::string_view json) {
  object root;
  const auto error = parser.parse(json.data(), json.size()).get(root);
  if (error == simdjson::SUCCESS) return root;
  return absl::InvalidArgumentError(
      fmt::format("the discovery document is no JSON object: {}", simdjson::error_message(error)));
}

}  // namespace

const ApiResource* ApiGroupVersion::FindResource(std::string_view name) const {
  const auto found =
      std::find_if(resources.begin(), resources.end(),
                   [&](const ApiResource& resource) { return resource.name == name; });
  return found == resources.end() ? nullptr : &*found;
}

const ApiGroupVersion* ApiGroup::FindVersion(std::string_view version) const {
  const auto found =
      std::find_if(versions.begin(), versions.end(),
                   [&](const ApiGroupVersion& served) { return served.version == version; });
  return found == versions.end() ? nullptr : &*found;
}

std::vector<const ApiGroupVersion*> ApiGroup::ByPreference() const {
  std::vector<const ApiGroupVersion*> ordered;
  for (const ApiGroupVersion& version : versions) ordered.push_back(&version);
  std::stable_partition(ordered.begin(), ordered.end(), [&](const ApiGroupVersion* version) {
    return version->version == preferred_version;
  });
  return ordered;
}

std::shared_ptr<const ApiGroup> FindGroup(const ApiGroups& groups, std::string_view name) {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const auto& group) { return group->name == name; });
  return found == groups.end() ? nullptr : *found;
}

absl::StatusOr<ApiGroups> ParseApiGroups(std::string_view json) {
  simdjson::dom::parser parser;
  const absl::StatusOr<object> root = ParseObject(parser, json);
  if (!root.ok()) return root.status();
  const std::string_view kind = Text(*root, "kind");
  if (kind == "APIGroupDiscoveryList") return ReadAggregated(*root);
  if (kind == "APIGroupList") return ReadGroupList(*root);
  if (kind == "APIVersions") return ReadCoreVersions(*root);
  return absl::InvalidArgumentError(
      fmt::format("the discovery document is of unknown kind '{}'", kind));
}

absl::StatusOr<std::vector<ApiResource>> ParseApiResources(std::string_view json) {
  simdjson::dom::parser parser;
  const absl::StatusOr<object> root = ParseObject(parser, json);
  if (!root.ok()) return root.status();
  std::vector<ApiResource> resources;
  ForEachObject(*root, "resources", [&](const object& resource) {
    resources.push_back({.name = std::string(Text(resource, "name")),
                         .kind = std::string(Text(resource, "kind")),
                         .kind_group = std::string(Text(resource, "group")),
                         .kind_version = std::string(Text(resource, "version")),
                         .namespaced = Flag(resource, "namespaced")});
  });
  return resources;
}

}  // namespace kubegauge::kube
