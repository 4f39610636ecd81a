#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cgroup/usage.h"

namespace kubegauge::cgroup {

// What runs in a cgroup that is served as a pod.
enum class WorkloadKind { kKubernetes, kSystemd, kDocker, kPodman, kOther };

struct ContainerReading {
  std::string name;
  std::string id;  // of the container runtime; "" for what is none
  // Of its cgroup: the same at every reading, and of no other that was read before.
  uint32_t identity = 0;
  // When its cgroup was made, the same at every reading. Of what ran before the reader was opened
  // it may be too late, and is not certain then: the kernel does not keep such times for good. Nor
  // is it when the clock was set back since; but it is never yet to come.
  int64_t start_time_ns = 0;
  bool start_is_certain = false;
  // Empty when its files could not be read this time.
  std::optional<UsageReading> usage;
  std::string cgroup_path;  // with NodeReaderOptions.read_details: from the root of the hierarchy
};

struct PodReading {
  WorkloadKind kind = WorkloadKind::kKubernetes;
  std::string namespace_name;
  std::string name;
  std::string uid;
  int64_t start_time_ns = 0;
  std::vector<ContainerReading> containers;  // by name
  // With NodeReaderOptions.read_details, of a Kubernetes pod: of its own cgroup, which holds more
  // than its containers. Empty when it could not be read.
  std::optional<UsageReading> usage;
  std::string cgroup_path;
};

// A cgroup that kubelets tell of beside those of pods: what holds all pods or those of a QoS class,
// and the services that run them.
enum class SystemCgroup { kPods, kQosClass, kKubelet, kRuntime };

struct SystemCgroupReading {
  SystemCgroup kind = SystemCgroup::kPods;
  std::string cgroup_path;
  int64_t start_time_ns = 0;  // as of a container
  bool start_is_certain = false;
  UsageReading usage;
};

// Something that could not be read. The message of the status begins with the path of the file and
// a colon.
struct ReadFailure {
  std::string pod;  // "<namespace>/<name>", "" for the node itself
  absl::Status status;
};

struct NodeReading {
  int64_t boot_time_ns = 0;
  std::optional<UsageReading> usage;  // of the machine
  std::vector<PodReading> pods;       // by namespace, then name
  // With NodeReaderOptions.read_details: those that could be read, in the order of the walk.
  std::vector<SystemCgroupReading> system_cgroups;
  std::vector<ReadFailure> failures;
  // Kubernetes pods with containers that are left out, as nothing tells their names.
  size_t nameless_pods = 0;
  // Workloads of the host left out as v1 accounts only one of their CPU and memory: units that
  // systemd runs without CPUAccounting, beside others with it. Without any of those, and so mostly,
  // the slice is served for all that is in it.
  size_t half_accounted_workloads = 0;
};

struct NodeReaderOptions {
  std::string root = "/";       // where the machine's file system lies
  bool host_workloads = true;   // also what is not of Kubernetes, as pods
  bool read_pressures = false;  // three more files a cgroup (v2)
  bool read_details = false;    // UsageDetails, pods' own cgroups, and system_cgroups
};

// Reads the usage of a machine and of all that runs on it from its cgroup files. Cgroups that went
// are forgotten at once; those that came are found at the same reading, or at the next one when
// they took the place of others. Holds what it reads by descriptor: a cgroup that was made anew
// under an old name is another one. Not thread-safe.
class NodeReader {
 public:
  // FailedPrecondition when the machine has no cgroups under the root.
  static absl::StatusOr<std::unique_ptr<NodeReader>> Open(const NodeReaderOptions& options,
                                                          std::function<int64_t()> wall_clock_ns);
  ~NodeReader();

  // Reads everything once into `reading`. What fails costs the container that it is of; a cgroup
  // that cannot be listed stays as it was.
  void Read(NodeReading& reading);

 private:
  class Impl;
  explicit NodeReader(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace kubegauge::cgroup
