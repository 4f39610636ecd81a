#include "server/agent/kubelet_bodies.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "server/agent/prometheus_families.h"

namespace kubegauge::server {
namespace {

using cgroup::ContainerReading;
using cgroup::NodeReading;
using cgroup::PodReading;
using cgroup::UsageReading;

// `visit(pod)` for each pod of Kubernetes.
template <class Visit>
void ForEachPod(const NodeReading& reading, Visit visit) {
  for (const PodReading& pod : reading.pods) {
    if (pod.kind == cgroup::WorkloadKind::kKubernetes) visit(pod);
  }
}

// `visit(pod, container)` for each container that was read.
template <class Visit>
void ForEachContainer(const NodeReading& reading, Visit visit) {
  ForEachPod(reading, [&](const PodReading& pod) {
    for (const ContainerReading& container : pod.containers) {
      if (container.usage) visit(pod, container);
    }
  });
}

// The pod's own, or the sums of its containers, at the time of the newest.
std::optional<UsageReading> TotalOf(const PodReading& pod) {
  if (pod.usage) return pod.usage;
  std::optional<UsageReading> total;
  for (const ContainerReading& container : pod.containers) {
    if (!container.usage) continue;
    if (!total) total.emplace();
    total->timestamp_ns = std::max(total->timestamp_ns, container.usage->timestamp_ns);
    total->cpu_ns += container.usage->cpu_ns;
    total->working_set_bytes += container.usage->working_set_bytes;
    total->swap_bytes += container.usage->swap_bytes;
  }
  return total;
}

void AddContainerFamilies(const NodeReading& reading, PrometheusFamilies& out) {
  out.Begin("container_cpu_usage_seconds_total", kCounter,
            "[STABLE] Cumulative cpu time consumed by the container in core-seconds");
  ForEachContainer(reading, [&](const PodReading& pod, const ContainerReading& container) {
    out.AddSeconds(
        {{"container", container.name}, {"namespace", pod.namespace_name}, {"pod", pod.name}},
        container.usage->cpu_ns, container.usage->timestamp_ns);
  });
  out.Begin("container_memory_working_set_bytes", kGauge,
            "[STABLE] Current working set of the container in bytes");
  ForEachContainer(reading, [&](const PodReading& pod, const ContainerReading& container) {
    out.AddBytes(
        {{"container", container.name}, {"namespace", pod.namespace_name}, {"pod", pod.name}},
        container.usage->working_set_bytes, container.usage->timestamp_ns);
  });
  out.Begin("container_start_time_seconds", kGauge,
            "[STABLE] Start time of the container since unix epoch in seconds");
  ForEachContainer(reading, [&](const PodReading& pod, const ContainerReading& container) {
    if (!container.start_is_certain) return;
    out.AddSeconds(
        {{"container", container.name}, {"namespace", pod.namespace_name}, {"pod", pod.name}},
        static_cast<uint64_t>(container.start_time_ns));
  });
  out.Begin("container_swap_usage_bytes", kGauge,
            "[ALPHA] Current amount of the container swap usage in bytes. Reported only on "
            "non-windows systems");
  ForEachContainer(reading, [&](const PodReading& pod, const ContainerReading& container) {
    out.AddBytes(
        {{"container", container.name}, {"namespace", pod.namespace_name}, {"pod", pod.name}},
        container.usage->swap_bytes, container.usage->timestamp_ns);
  });
}

void AddNodeFamilies(const UsageReading& node, PrometheusFamilies& out) {
  out.Begin("node_cpu_usage_seconds_total", kCounter,
            "[STABLE] Cumulative cpu time consumed by the node in core-seconds");
  out.AddSeconds({}, node.cpu_ns, node.timestamp_ns);
  out.Begin("node_memory_working_set_bytes", kGauge,
            "[STABLE] Current working set of the node in bytes");
  out.AddBytes({}, node.working_set_bytes, node.timestamp_ns);
  out.Begin(
      "node_swap_usage_bytes", kGauge,
      "[ALPHA] Current swap usage of the node in bytes. Reported only on non-windows systems");
  out.AddBytes({}, node.swap_bytes, node.timestamp_ns);
}

void AddPodFamilies(const NodeReading& reading, PrometheusFamilies& out) {
  out.Begin("pod_cpu_usage_seconds_total", kCounter,
            "[STABLE] Cumulative cpu time consumed by the pod in core-seconds");
  ForEachPod(reading, [&](const PodReading& pod) {
    if (const auto total = TotalOf(pod)) {
      out.AddSeconds({{"namespace", pod.namespace_name}, {"pod", pod.name}}, total->cpu_ns,
                     total->timestamp_ns);
    }
  });
  out.Begin("pod_memory_working_set_bytes", kGauge,
            "[STABLE] Current working set of the pod in bytes");
  ForEachPod(reading, [&](const PodReading& pod) {
    if (const auto total = TotalOf(pod)) {
      out.AddBytes({{"namespace", pod.namespace_name}, {"pod", pod.name}}, total->working_set_bytes,
                   total->timestamp_ns);
    }
  });
}

}  // namespace

std::string ResourceMetricsBody(const AgentState& state) {
  PrometheusFamilies out;
  const bool known = state.last != nullptr && state.last->usage.has_value();
  if (known) {
    AddContainerFamilies(*state.last, out);
    AddNodeFamilies(*state.last->usage, out);
    AddPodFamilies(*state.last, out);
  }
  out.Begin("resource_scrape_error", kGauge,
            "[STABLE] 1 if there was an error while getting container metrics, 0 otherwise");
  out.AddBytes({}, known ? 0 : 1);
  return out.Take();
}

}  // namespace kubegauge::server
