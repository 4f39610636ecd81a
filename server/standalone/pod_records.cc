#include "server/standalone/pod_records.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace kubegauge::server {
namespace {

// The cgroups of Kubernetes do not always tell which runtime it is that they belong to.
std::string_view SchemeOf(cgroup::WorkloadKind kind) {
  switch (kind) {
    case cgroup::WorkloadKind::kDocker:
      return "docker";
    case cgroup::WorkloadKind::kPodman:
      return "podman";
    default:
      return "cri";
  }
}

ContainerRecord ContainerRecordOf(const cgroup::ContainerReading& container,
                                  cgroup::WorkloadKind kind) {
  return {.name = container.name,
          .container_id = container.id.empty()
                              ? std::string()
                              : fmt::format("{}://{}", SchemeOf(kind), container.id),
          .start_ns = container.start_time_ns};
}

}  // namespace

std::vector<PodRecord> PodRecordsOf(const cgroup::NodeReading& reading,
                                    std::string_view node_name) {
  std::vector<PodRecord> records;
  records.reserve(reading.pods.size());
  for (const cgroup::PodReading& pod : reading.pods) {
    PodRecord record{.namespace_name = pod.namespace_name,
                     .name = pod.name,
                     .uid = pod.uid.empty() ? StableUid(fmt::format("pod/{}/{}/{}", node_name,
                                                                    pod.namespace_name, pod.name))
                                            : pod.uid,
                     .creation_ns = pod.start_time_ns,
                     .node_name = std::string(node_name)};
    for (const cgroup::ContainerReading& container : pod.containers) {
      record.containers.push_back(ContainerRecordOf(container, pod.kind));
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace kubegauge::server
