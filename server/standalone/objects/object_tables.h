#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "server/standalone/core_objects.h"
#include "server/standalone/objects/resource_type.h"

namespace kubegauge::server {

// A column of a meta.k8s.io Table; priority 1 is shown by `kubectl get -o wide` only.
struct ObjectColumn {
  std::string_view name;
  std::string_view type = "string";
  std::string_view format = "";
  std::string_view description = "";
  int priority = 0;
};

// The columns of `kubectl get`, which kube-apiserver decides.
Json ObjectColumnsJson(const ResourceType& resource);
// One cell for each column, of a stored object.
Json ObjectCellsJson(const ResourceType& resource, const Json& object, int64_t now_ns);

// Of a Scale.
Json ScaleColumnsJson();
Json ScaleCellsJson(const Json& scale, int64_t now_ns);

// The column Targets of an HPA of autoscaling/v2: "cpu: 50%/80%, <unknown>/10 + 1 more...".
std::string HpaTargets(const Json& hpa);

}  // namespace kubegauge::server
