#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// API groups, their versions and what is in them, in the words of apimachinery's package schema.
// The core group is "".

struct GroupVersion {
  std::string group;
  std::string version;

  // "apps/v1"; the version alone in the core group.
  std::string ToString() const;

  bool operator==(const GroupVersion&) const = default;
};

// As upstream's ParseGroupVersion: "" and "/" are empty, a text without a slash is a version of the
// core group. InvalidArgument with upstream's text when there is more than one slash.
absl::StatusOr<GroupVersion> ParseGroupVersion(std::string_view text);

// "Deployment.apps" of a kind, "deployments.apps" of a resource; without a dot in the core group.
std::string Qualified(std::string_view name, std::string_view group);

// Where the API server serves `version` of `group`: "/apis/apps/v1", "/api/v1".
std::string ApiPath(const GroupVersion& version);

}  // namespace kubegauge::kube
