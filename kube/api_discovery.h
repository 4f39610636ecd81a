#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// What an API server says it serves, out of its discovery documents. Pure.

// One resource, or a subresource of one.
struct ApiResource {
  std::string name;  // plural; "deployments/scale" of a subresource
  std::string kind;
  // Of the kind; both empty where it is of the group and version that serve the resource.
  std::string kind_group;
  std::string kind_version;
  bool namespaced = false;
};

struct ApiGroupVersion {
  std::string version;
  // Whether `resources` was read: the legacy documents name them apart from the groups.
  bool resources_known = false;
  std::vector<ApiResource> resources;

  // nullptr where it serves none.
  const ApiResource* FindResource(std::string_view name) const;
};

struct ApiGroup {
  std::string name;  // empty for the core group
  std::string preferred_version;
  std::vector<ApiGroupVersion> versions;  // in the server's order

  const ApiGroupVersion* FindVersion(std::string_view version) const;
  // The preferred version first, then the others in the server's order.
  std::vector<const ApiGroupVersion*> ByPreference() const;
};

// Immutable; shared by all who look something up.
using ApiGroups = std::vector<std::shared_ptr<const ApiGroup>>;

// nullptr where there is none of this name.
std::shared_ptr<const ApiGroup> FindGroup(const ApiGroups& groups, std::string_view name);

// The answer to GET /api or /apis, aggregated (APIGroupDiscoveryList v2 and v2beta1, with all
// resources) or legacy (APIVersions, APIGroupList, without). As client-go: a version that is marked
// stale is left out, as its resources could not be read. Error: kInvalidArgument.
absl::StatusOr<ApiGroups> ParseApiGroups(std::string_view json);

// The answer to GET /apis/<group>/<version>, an APIResourceList. Error: kInvalidArgument.
absl::StatusOr<std::vector<ApiResource>> ParseApiResources(std::string_view json);

}  // namespace kubegauge::kube
