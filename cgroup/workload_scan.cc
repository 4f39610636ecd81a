#include "cgroup/workload_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cgroup/names.h"

namespace kubegauge::cgroup {
namespace {

constexpr int kMaxDepth = 8;
// From a node's container to its `kubepods`: `container/kubelet.slice/…`.
constexpr int kNestedDepth = 3;
// How far below a folder at the top `kubepods` and containers are looked for: as deep as a cgroup
// root of the kubelet's plausibly is, and no deeper, as all that is listed is held open.
constexpr int kFolderDepth = 3;
constexpr size_t kShortIdBytes = 12;
constexpr std::string_view kSystemdNamespace = "systemd";
constexpr std::string_view kDockerNamespace = "docker";
constexpr std::string_view kPodmanNamespace = "podman";
constexpr std::string_view kOtherNamespace = "cgroup";

// Folders that hold the containers of one runtime, not a workload themselves.
bool IsRuntimeFolder(std::string_view name) {
  constexpr std::array kNames = {"docker", "libpod_parent", "lxc"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool IsUserSlice(std::string_view name) { return name.starts_with("user-"); }

bool IsConmon(std::string_view name) { return name.find("-conmon-") != std::string_view::npos; }

bool IsServedUnit(std::string_view name) {
  const UnitKind kind = UnitKindOf(name);
  return kind != UnitKind::kNone && kind != UnitKind::kPassive && !IsConmon(name);
}

// Of the services that kubelets tell of, their own and that of the container runtime.
std::optional<SystemCgroup> SystemServiceOf(std::string_view name) {
  if (name == "kubelet.service") return SystemCgroup::kKubelet;
  constexpr std::array kRuntimes = {"containerd.service", "crio.service", "docker.service"};
  const bool is_runtime = std::find(kRuntimes.begin(), kRuntimes.end(), name) != kRuntimes.end();
  return is_runtime ? std::optional(SystemCgroup::kRuntime) : std::nullopt;
}

// A directory that is no container and no unit, so may be one of the kubelet's cgroup root.
bool IsPlainFolder(std::string_view name) {
  return UnitKindOf(name) == UnitKind::kNone && !ContainerIdOf(name) && !IsRuntimeFolder(name);
}

// `a.b` of the cgroup /a/b: a name of a pod has no slash.
std::string DottedPath(const HeldCgroup& cgroup) {
  const bool is_at_the_top = cgroup.parent == nullptr || cgroup.parent->parent == nullptr;
  return is_at_the_top ? cgroup.name
                       : fmt::format("{}.{}", DottedPath(*cgroup.parent), cgroup.name);
}

// `/a/b`, as cAdvisor identifies a cgroup.
std::string PathFromRoot(const HeldCgroup& cgroup) {
  if (cgroup.parent == nullptr) return "";
  return fmt::format("{}/{}", PathFromRoot(*cgroup.parent), cgroup.name);
}

bool Any(std::string_view) { return true; }

std::string MissingDirectory(const HeldCgroup& cgroup) {
  const bool has_cpu = cgroup.directories.cpu.has_value();
  const Directory& present = has_cpu ? *cgroup.directories.cpu : *cgroup.directories.memory;
  return fmt::format("{}: has no counterpart of the controller {}", present.path(),
                     has_cpu ? "memory" : "cpuacct");
}

}  // namespace

WorkloadScan::WorkloadScan(Version version, What what, uint64_t reading_number, int64_t now_ns,
                           CgroupLister& lister, UsageReader& usage_reader, PodNames& pod_names,
                           RuntimeNames& runtime_names, NodeReading& reading)
    : version_(version),
      what_(what),
      reading_number_(reading_number),
      now_ns_(now_ns),
      lister_(lister),
      usage_reader_(usage_reader),
      pod_names_(pod_names),
      runtime_names_(runtime_names),
      reading_(reading) {}

void WorkloadScan::Run(HeldCgroup& root) {
  RefreshChildren(root, Any);
  for (const auto& child : root.children) ScanHost(*child, 1);
}

void WorkloadScan::ScanHost(HeldCgroup& cgroup, int depth) {
  const std::string_view name = cgroup.name;
  if (IsKubepodsRoot(name)) return ScanKubepods(cgroup);
  if (const auto id = ContainerIdOf(name)) return ScanRuntimeContainer(cgroup, *id);
  switch (UnitKindOf(name)) {
    case UnitKind::kSlice:
      return ScanSlice(cgroup, depth);
    case UnitKind::kService:
      if (const auto kind = SystemServiceOf(name)) ReadSystemCgroup(cgroup, *kind);
      return AddHostWorkload(cgroup, WorkloadKind::kSystemd, kSystemdNamespace, cgroup.name, "");
    case UnitKind::kScope:
      // The monitor of a container belongs to its runtime.
      if (IsConmon(name)) return;
      return AddHostWorkload(cgroup, WorkloadKind::kSystemd, kSystemdNamespace, cgroup.name, "");
    case UnitKind::kPassive:
      return;
    case UnitKind::kNone:
      return ScanFolder(cgroup, depth);
  }
}

void WorkloadScan::ScanSlice(HeldCgroup& slice, int depth) {
  const auto is_accounted_unit = [&](const auto& child) {
    return (IsServedUnit(child->name) || ContainerIdOf(child->name)) &&
           child->directories.IsComplete(version_);
  };
  if (!IsUserSlice(slice.name) && depth < kMaxDepth) {
    RefreshChildren(slice, Any);
    if (std::any_of(slice.children.begin(), slice.children.end(), is_accounted_unit)) {
      for (const auto& child : slice.children) ScanHost(*child, depth + 1);
      return;
    }
  }
  AddHostWorkload(slice, WorkloadKind::kSystemd, kSystemdNamespace, slice.name, "");
}

void WorkloadScan::ScanFolder(HeldCgroup& folder, int depth) {
  const bool holds_others = IsRuntimeFolder(folder.name) || HoldsContainers(folder, kFolderDepth);
  if (holds_others && depth < kMaxDepth) {
    RefreshChildren(folder, Any);
    for (const auto& child : folder.children) ScanHost(*child, depth + 1);
    return;
  }
  if (folder.workload_name.empty()) folder.workload_name = DottedPath(folder);
  AddHostWorkload(folder, WorkloadKind::kOther, kOtherNamespace, folder.workload_name, "");
}

bool WorkloadScan::HoldsContainers(HeldCgroup& folder, int depth) {
  if (depth == 0) return false;
  RefreshChildren(folder, Any);
  return std::any_of(folder.children.begin(), folder.children.end(), [&](const auto& child) {
    return IsKubepodsRoot(child->name) ||
           (ContainerIdOf(child->name) && child->directories.IsComplete(version_)) ||
           (IsPlainFolder(child->name) && HoldsContainers(*child, depth - 1));
  });
}

// `libpod-<id>.scope` is podman's, `docker-<id>.scope` docker's. `<id>` alone is docker's in its
// own folder, and in another where docker knows it (--cgroup-parent); else of a runtime as nerdctl.
void WorkloadScan::ScanRuntimeContainer(HeldCgroup& container, std::string_view id) {
  if (ServeNestedPods(container) || !what_.host_workloads) return;
  const std::string_view name = container.name;
  const bool is_podman = name.starts_with("libpod-");
  const bool may_be_docker = name.starts_with("docker-") || name == id;
  std::string& known_name = container.workload_name;
  if (known_name.empty() && is_podman) known_name = runtime_names_.PodmanName(id).value_or("");
  if (known_name.empty() && may_be_docker) known_name = runtime_names_.DockerName(id).value_or("");
  const bool is_docker = may_be_docker && (name != id || !known_name.empty() ||
                                           container.parent->name == kDockerNamespace);
  WorkloadKind kind = WorkloadKind::kOther;
  std::string_view namespace_name = kOtherNamespace;
  if (is_podman) {
    kind = WorkloadKind::kPodman;
    namespace_name = kPodmanNamespace;
  } else if (is_docker) {
    kind = WorkloadKind::kDocker;
    namespace_name = kDockerNamespace;
  }
  const bool is_named = !known_name.empty();
  AddHostWorkload(container, kind, namespace_name,
                  is_named ? known_name : std::string(id.substr(0, kShortIdBytes)), id);
}

bool WorkloadScan::ServeNestedPods(HeldCgroup& node_container) {
  const auto pods_before = static_cast<ptrdiff_t>(reading_.pods.size());
  const auto system_before = static_cast<ptrdiff_t>(reading_.system_cgroups.size());
  ScanNestedKubepods(node_container, kNestedDepth);
  const auto first = reading_.pods.begin() + pods_before;
  const bool serves_any = std::any_of(first, reading_.pods.end(),
                                      [](const auto& pod) { return !pod.containers.empty(); });
  if (!serves_any) {
    auto& system = reading_.system_cgroups;
    reading_.pods.erase(first, reading_.pods.end());
    system.erase(system.begin() + system_before, system.end());
  }
  return serves_any;
}

// A node of kind is a container with a kubelet in it, whose cgroups are `kubelet/kubepods` or
// `kubelet.slice/kubelet-kubepods.slice`; below `container` where crun made the node.
void WorkloadScan::ScanNestedKubepods(HeldCgroup& node_container, int depth) {
  if (depth == 0) return;
  const auto leads_on = [](std::string_view name) {
    return name == "kubelet" || name == "kubelet.slice" || name == "container";
  };
  RefreshChildren(node_container,
                  [&](std::string_view name) { return IsKubepodsRoot(name) || leads_on(name); });
  for (const auto& child : node_container.children) {
    if (leads_on(child->name)) {
      ScanNestedKubepods(*child, depth - 1);
    } else {
      ScanKubepods(*child);
    }
  }
}

void WorkloadScan::ScanKubepods(HeldCgroup& kubepods) {
  const auto is_pod = [](std::string_view name) { return PodUidOf(name).has_value(); };
  RefreshChildren(kubepods,
                  [&](std::string_view name) { return IsQosClass(name) || is_pod(name); });
  ReadSystemCgroup(kubepods, SystemCgroup::kPods);
  ScanPods(kubepods);
  for (const auto& child : kubepods.children) {
    if (!IsQosClass(child->name)) continue;
    ReadSystemCgroup(*child, SystemCgroup::kQosClass);
    RefreshChildren(*child, is_pod);
    ScanPods(*child);
  }
}

void WorkloadScan::ScanPods(HeldCgroup& parent) {
  for (const auto& child : parent.children) {
    if (const auto uid = PodUidOf(child->name)) ScanPod(*child, *uid);
  }
}

void WorkloadScan::ScanPod(HeldCgroup& cgroup, const std::string& uid) {
  RefreshChildren(cgroup, [](std::string_view name) { return ContainerIdOf(name).has_value(); });
  const PodName* name = pod_names_.FindPod(uid, cgroup.children.size());
  if (name == nullptr) {
    // Without containers it is one that waits for its volumes.
    if (!cgroup.children.empty()) ++reading_.nameless_pods;
    return;
  }
  PodReading pod{.kind = WorkloadKind::kKubernetes,
                 .namespace_name = name->namespace_name,
                 .name = name->pod,
                 .uid = uid,
                 .start_time_ns = cgroup.start_time_ns};
  if (what_.details) {
    pod.cgroup_path = PathFromRoot(cgroup);
    if (!ReadUsage(cgroup, pod.namespace_name, pod.name, pod.usage)) return;
  }
  for (const auto& child : cgroup.children) {
    const auto id = ContainerIdOf(child->name);
    if (!id) continue;
    // The pause container has no name.
    if (const std::string* container = pod_names_.FindContainer(*id, *name)) {
      ReadPodContainer(*child, *id, *container, pod);
    }
  }
  const bool has_ended = pod.containers.empty() && !StillExists(cgroup);
  if (!has_ended) reading_.pods.push_back(std::move(pod));
}

void WorkloadScan::ReadPodContainer(HeldCgroup& cgroup, std::string_view id,
                                    const std::string& name, PodReading& pod) {
  std::optional<UsageReading> usage;
  if (!ReadUsage(cgroup, pod.namespace_name, pod.name, usage)) return;
  pod.containers.push_back({.name = name,
                            .id = std::string(id),
                            .identity = cgroup.identity,
                            .start_time_ns = cgroup.start_time_ns,
                            .start_is_certain = cgroup.start_is_certain,
                            .usage = usage});
  if (what_.details) {
    pod.containers.back().cgroup_path = fmt::format("{}/{}", pod.cgroup_path, cgroup.name);
  }
}

void WorkloadScan::AddHostWorkload(HeldCgroup& cgroup, WorkloadKind kind,
                                   std::string_view namespace_name, const std::string& name,
                                   std::string_view id) {
  if (!what_.host_workloads) return;
  if (!cgroup.directories.IsComplete(version_)) {
    ++reading_.half_accounted_workloads;
    return;
  }
  std::optional<UsageReading> usage;
  if (!ReadUsage(cgroup, namespace_name, name, usage)) return;
  const bool never_ran = usage && usage->cpu_ns == 0 && usage->memory_usage_bytes == 0;
  if (never_ran) return;
  PodReading pod{.kind = kind,
                 .namespace_name = std::string(namespace_name),
                 .name = name,
                 .uid = "",
                 .start_time_ns = cgroup.start_time_ns};
  pod.containers.push_back({.name = name,
                            .id = std::string(id),
                            .identity = cgroup.identity,
                            .start_time_ns = cgroup.start_time_ns,
                            .start_is_certain = cgroup.start_is_certain,
                            .usage = usage});
  reading_.pods.push_back(std::move(pod));
}

void WorkloadScan::ReadSystemCgroup(HeldCgroup& cgroup, SystemCgroup kind) {
  if (!what_.details || !cgroup.directories.IsComplete(version_)) return;
  std::optional<UsageReading> usage;
  if (!ReadUsage(cgroup, "", "", usage) || !usage) return;
  reading_.system_cgroups.push_back({.kind = kind,
                                     .cgroup_path = PathFromRoot(cgroup),
                                     .start_time_ns = cgroup.start_time_ns,
                                     .start_is_certain = cgroup.start_is_certain,
                                     .usage = *usage});
}

bool WorkloadScan::ReadUsage(HeldCgroup& cgroup, std::string_view namespace_name,
                             std::string_view pod, std::optional<UsageReading>& usage) {
  absl::StatusOr<UsageReading> read = cgroup.directories.IsComplete(version_)
                                          ? usage_reader_.Read(cgroup.directories)
                                          : absl::NotFoundError(MissingDirectory(cgroup));
  if (!read.ok()) {
    if (!StillExists(cgroup)) {
      ListAgainAround(cgroup);
      return false;
    }
    if (cgroup.parent != nullptr) cgroup.parent->must_list = true;
    NoteFailure(namespace_name, pod, read.status());
    return true;
  }
  // It is given all the same: a rate needs the new beginning, and none is made across the step.
  absl::Status counted = NoteCpuCounter(cgroup, version_, reading_number_, read->cpu_ns);
  if (!counted.ok()) NoteFailure(namespace_name, pod, std::move(counted));
  usage = *read;
  return true;
}

void WorkloadScan::NoteFailure(std::string_view namespace_name, std::string_view pod,
                               absl::Status status) {
  reading_.failures.push_back({.pod = pod.empty() ? "" : fmt::format("{}/{}", namespace_name, pod),
                               .status = std::move(status)});
}

void WorkloadScan::RefreshChildren(HeldCgroup& cgroup,
                                   absl::FunctionRef<bool(std::string_view)> wanted) {
  std::vector<absl::Status> failures;
  lister_.RefreshChildren(cgroup, now_ns_, wanted, failures);
  for (absl::Status& status : failures) {
    reading_.failures.push_back({.pod = "", .status = std::move(status)});
  }
}

}  // namespace kubegauge::cgroup
