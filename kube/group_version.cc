#include "kube/group_version.h"

#include <fmt/format.h>

namespace kubegauge::kube {

std::string GroupVersion::ToString() const {
  return group.empty() ? version : fmt::format("{}/{}", group, version);
}

absl::StatusOr<GroupVersion> ParseGroupVersion(std::string_view text) {
  if (text.empty() || text == "/") return GroupVersion{};
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return GroupVersion{.version = std::string(text)};
  if (text.find('/', slash + 1) != std::string_view::npos) {
    return absl::InvalidArgumentError(fmt::format("unexpected GroupVersion string: {}", text));
  }
  return GroupVersion{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

std::string Qualified(std::string_view name, std::string_view group) {
  return group.empty() ? std::string(name) : fmt::format("{}.{}", name, group);
}

std::string ApiPath(const GroupVersion& version) {
  return version.group.empty() ? "/api/" + version.version
                               : "/apis/" + version.group + "/" + version.version;
}

}  // namespace kubegauge::kube
