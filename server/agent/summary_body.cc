#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "kube/rfc3339.h"
#include "kube/time_units.h"
#include "server/agent/kubelet_bodies.h"

namespace kubegauge::server {
namespace {

using cgroup::ContainerReading;
using cgroup::NodeReading;
using cgroup::PodReading;
using cgroup::SystemCgroupReading;
using cgroup::UsageReading;
using Json = nlohmann::ordered_json;

Json PressureLineJson(const cgroup::PressureLine& line) {
  // The kubelet hands the kernel's microseconds on unchanged.
  return {{"total", line.total_us},
          {"avg10", line.avg10_centipercent / 100.0},
          {"avg60", line.avg60_centipercent / 100.0},
          {"avg300", line.avg300_centipercent / 100.0}};
}

void AddPressure(const std::optional<cgroup::Pressure>& pressure, Json& json) {
  if (!pressure) return;
  Json psi;
  if (pressure->full) psi["full"] = PressureLineJson(*pressure->full);
  psi["some"] = PressureLineJson(pressure->some);
  json["psi"] = std::move(psi);
}

// The rate between two readings in nanocores; nothing when a counter went back or time stood still.
std::optional<uint64_t> RateOf(const UsageReading& last, const UsageReading* previous) {
  if (previous == nullptr || last.cpu_ns < previous->cpu_ns ||
      last.timestamp_ns <= previous->timestamp_ns) {
    return std::nullopt;
  }
  const auto window_ns = static_cast<uint64_t>(last.timestamp_ns - previous->timestamp_ns);
  const auto used = static_cast<unsigned __int128>(last.cpu_ns - previous->cpu_ns);
  return static_cast<uint64_t>(used * kube::kNsPerSecond / window_ns);
}

Json MemoryJson(const std::string& time, const UsageReading& usage) {
  Json memory = {{"time", time}};
  const auto& details = usage.details;
  if (details && details->memory_limit_bytes) {
    memory["availableBytes"] = *details->memory_limit_bytes -
                               std::min(*details->memory_limit_bytes, usage.working_set_bytes);
  }
  memory["usageBytes"] = usage.memory_usage_bytes;
  memory["workingSetBytes"] = usage.working_set_bytes;
  if (details) {
    memory["rssBytes"] = details->rss_bytes;
    memory["pageFaults"] = details->page_faults;
    memory["majorPageFaults"] = details->major_page_faults;
  }
  return memory;
}

void AddUsage(const UsageReading& usage, std::optional<uint64_t> nanocores, Json& json) {
  const std::string time = kube::FormatRfc3339(usage.timestamp_ns);
  Json cpu = {{"time", time}};
  if (nanocores) cpu["usageNanoCores"] = *nanocores;
  cpu["usageCoreNanoSeconds"] = usage.cpu_ns;
  AddPressure(usage.pressures.cpu, cpu);
  Json memory = MemoryJson(time, usage);
  AddPressure(usage.pressures.memory, memory);
  json["cpu"] = std::move(cpu);
  json["memory"] = std::move(memory);
  if (usage.pressures.io) {
    Json io = {{"time", time}};
    AddPressure(usage.pressures.io, io);
    json["io"] = std::move(io);
  }
  json["swap"] = {{"time", time}, {"swapUsageBytes", usage.swap_bytes}};
}

const PodReading* FindPod(const NodeReading* reading, const PodReading& pod) {
  if (reading == nullptr) return nullptr;
  const auto same = std::ranges::find_if(reading->pods, [&](const PodReading& other) {
    return other.uid == pod.uid && other.name == pod.name &&
           other.namespace_name == pod.namespace_name;
  });
  return same == reading->pods.end() ? nullptr : &*same;
}

const ContainerReading* FindContainer(const PodReading* pod, const ContainerReading& container) {
  if (pod == nullptr) return nullptr;
  const auto same = std::ranges::find_if(pod->containers, [&](const auto& other) {
    return other.name == container.name && other.id == container.id && other.usage;
  });
  return same == pod->containers.end() ? nullptr : &*same;
}

const SystemCgroupReading* FindSystemCgroup(const NodeReading* reading,
                                            const SystemCgroupReading& system) {
  if (reading == nullptr) return nullptr;
  const auto same = std::ranges::find(reading->system_cgroups, system.cgroup_path,
                                      &SystemCgroupReading::cgroup_path);
  return same == reading->system_cgroups.end() ? nullptr : &*same;
}

// As kubelets call it; nothing where the summary does not tell of it.
std::optional<std::string_view> NameInSummary(cgroup::SystemCgroup kind) {
  switch (kind) {
    case cgroup::SystemCgroup::kPods:
      return "pods";
    case cgroup::SystemCgroup::kKubelet:
      return "kubelet";
    case cgroup::SystemCgroup::kRuntime:
      return "runtime";
    case cgroup::SystemCgroup::kQosClass:
      break;
  }
  return std::nullopt;
}

Json SystemContainersJson(const NodeReading& reading, const NodeReading* previous) {
  Json containers = Json::array();
  for (const SystemCgroupReading& system : reading.system_cgroups) {
    const auto name = NameInSummary(system.kind);
    if (!name) continue;
    const int64_t start_ns = system.start_is_certain ? system.start_time_ns : reading.boot_time_ns;
    Json json = {{"name", *name}, {"startTime", kube::FormatRfc3339(start_ns)}};
    const SystemCgroupReading* before = FindSystemCgroup(previous, system);
    AddUsage(system.usage, RateOf(system.usage, before ? &before->usage : nullptr), json);
    containers.push_back(std::move(json));
  }
  return containers;
}

// A start that is not certain is told as that of the node: one that is too late would make a
// scraper take the container for a new one.
Json ContainerJson(const ContainerReading& container, const ContainerReading* before,
                   int64_t boot_time_ns) {
  const int64_t start_ns = container.start_is_certain ? container.start_time_ns : boot_time_ns;
  Json json = {{"name", container.name}, {"startTime", kube::FormatRfc3339(start_ns)}};
  AddUsage(*container.usage, RateOf(*container.usage, before ? &*before->usage : nullptr), json);
  return json;
}

Json PodJson(const PodReading& pod, const NodeReading* previous, int64_t boot_time_ns) {
  const PodReading* pod_before = FindPod(previous, pod);
  Json containers = Json::array();
  UsageReading total;
  std::optional<uint64_t> total_rate = 0;
  for (const ContainerReading& container : pod.containers) {
    if (!container.usage) continue;
    const ContainerReading* before = FindContainer(pod_before, container);
    const auto rate = RateOf(*container.usage, before ? &*before->usage : nullptr);
    containers.push_back(ContainerJson(container, before, boot_time_ns));
    total.timestamp_ns = std::max(total.timestamp_ns, container.usage->timestamp_ns);
    total.cpu_ns += container.usage->cpu_ns;
    total.memory_usage_bytes += container.usage->memory_usage_bytes;
    total.working_set_bytes += container.usage->working_set_bytes;
    total.swap_bytes += container.usage->swap_bytes;
    total_rate = rate && total_rate ? std::optional(*total_rate + *rate) : std::nullopt;
  }
  Json json = {
      {"podRef", {{"name", pod.name}, {"namespace", pod.namespace_name}, {"uid", pod.uid}}},
      {"startTime", kube::FormatRfc3339(pod.start_time_ns)},
      {"containers", std::move(containers)}};
  if (pod.usage) {
    const bool comparable = pod_before != nullptr && pod_before->usage.has_value();
    AddUsage(*pod.usage, RateOf(*pod.usage, comparable ? &*pod_before->usage : nullptr), json);
  } else if (!json["containers"].empty()) {
    AddUsage(total, total_rate, json);
  }
  return json;
}

}  // namespace

std::string SummaryBody(const AgentState& state) {
  Json node = {{"nodeName", state.node_name}};
  Json pods = Json::array();
  if (state.last != nullptr) {
    Json system_containers = SystemContainersJson(*state.last, state.previous.get());
    if (!system_containers.empty()) node["systemContainers"] = std::move(system_containers);
    node["startTime"] = kube::FormatRfc3339(state.last->boot_time_ns);
    if (state.last->usage) {
      const bool comparable = state.previous != nullptr && state.previous->usage.has_value();
      AddUsage(*state.last->usage,
               RateOf(*state.last->usage, comparable ? &*state.previous->usage : nullptr), node);
    }
    for (const PodReading& pod : state.last->pods) {
      if (pod.kind != cgroup::WorkloadKind::kKubernetes) continue;
      pods.push_back(PodJson(pod, state.previous.get(), state.last->boot_time_ns));
    }
  }
  return Json{{"node", std::move(node)}, {"pods", std::move(pods)}}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace kubegauge::server
