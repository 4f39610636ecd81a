#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "kube/group_version.h"

namespace kubegauge::autoscaler {

// The API that the HPAs are kept in: Kubernetes' own, or kubegauge's resource of the same schema
// for clusters whose control plane runs an autoscaler that cannot be turned off.
struct HpaApi {
  kube::GroupVersion version = {"autoscaling", "v2"};

  static constexpr std::string_view kResource = "horizontalpodautoscalers";
  static constexpr std::string_view kKind = "HorizontalPodAutoscaler";

  std::string CollectionPath() const {
    return fmt::format("{}/{}", kube::ApiPath(version), kResource);
  }
  std::string StatusPath(std::string_view namespace_name, std::string_view name) const {
    return fmt::format("{}/namespaces/{}/{}/{}/status", kube::ApiPath(version), namespace_name,
                       kResource, name);
  }
};

}  // namespace kubegauge::autoscaler
