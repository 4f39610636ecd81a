// The objects of metrics.k8s.io.

#include <fmt/format.h>

#include "apiservice/metrics_handler.h"
#include "apiservice/openapi_definitions.h"
#include "apiservice/openapi_schema.h"

namespace kubegauge::apiservice {
namespace {

using enum Presence;

constexpr std::string_view kUsage = "map[string]resource.Quantity";

constexpr PropertySchema kMetadata = {"metadata", "meta.ObjectMeta",
                                      "The name, namespace and labels of the node or pod.",
                                      kDefaulted};
constexpr PropertySchema kTimestamp = {
    "timestamp", "meta.Time", "The end of the time that the usage was measured over.", kRequired};
constexpr PropertySchema kWindow = {
    "window", "meta.Duration",
    "How long the usage was measured: from timestamp - window to timestamp.", kRequired};

constexpr PropertySchema kContainer[] = {
    {"name", "string", "The name of the container, as the pod's spec has it.", kRequired},
    {"usage", kUsage,
     "What the container uses: cpu in cores, on average over the window, and memory in bytes, its "
     "working set at the end of the window.",
     kRequired},
};

constexpr PropertySchema kNode[] = {
    kMetadata,
    kTimestamp,
    kWindow,
    {"usage", kUsage,
     "What the node uses in all: cpu in cores, on average over the window, and memory in bytes, "
     "its working set at the end of the window.",
     kRequired},
};

constexpr PropertySchema kPod[] = {
    kMetadata,
    kTimestamp,
    kWindow,
    {"containers", "[]ContainerMetrics",
     "The usage of each container of the pod, all over the same time.", kRequired, kAtomicList},
};

constexpr PropertySchema kListMetadata = {"metadata", "meta.ListMeta",
                                          "What the list says of itself; it is empty.", kDefaulted};
constexpr PropertySchema kNodes[] = {
    kListMetadata,
    {"items", "[]NodeMetrics", "The usage of each node that was measured.", kRequired},
};
constexpr PropertySchema kPods[] = {
    kListMetadata,
    {"items", "[]PodMetrics", "The usage of each pod that was measured.", kRequired},
};

constexpr DefinitionSchema kMetricsDefinitions[] = {
    {"ContainerMetrics", "How much cpu and memory a container uses.", kContainer},
    {"NodeMetrics", "How much cpu and memory a node uses.", kNode, true},
    {"NodeMetricsList", "How much cpu and memory nodes use.", kNodes, true},
    {"PodMetrics", "How much cpu and memory the containers of a pod use.", kPod, true},
    {"PodMetricsList", "How much cpu and memory the containers of pods use.", kPods, true},
};

}  // namespace

std::string MetricsPackage(std::string_view version) {
  return fmt::format("io.k8s.metrics.pkg.apis.metrics.{}", version);
}

void AddMetricsDefinitions(std::string_view version, nlohmann::json& definitions) {
  const std::string prefix = MetricsPackage(version);
  AddDefinitions({.prefix = prefix,
                  .group = kMetricsGroup,
                  .version = version,
                  .definitions = kMetricsDefinitions},
                 definitions);
}

}  // namespace kubegauge::apiservice
