#pragma once

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "cgroup/held_cgroup.h"
#include "cgroup/hierarchy.h"
#include "cgroup/node_reader.h"
#include "cgroup/pod_names.h"
#include "cgroup/runtime_names.h"
#include "cgroup/usage_reader.h"

namespace kubegauge::cgroup {

// One walk over the hierarchy: finds what is served as pods and reads it.
//
// Kubernetes pods are looked for below any `kubepods` directory: at the top, under a cgroup root of
// the kubelet's, and in a node that is itself a container (kind). Beside them, where wanted, the
// workloads of the host: systemd's units, docker's and podman's containers, and other cgroups at
// the top. Of these only the lowest level is served, so that no process counts twice. What a user
// runs, rootless podman's containers among it, is served as the user's slice.
class WorkloadScan {
 public:
  struct What {
    bool host_workloads = true;
    bool details = false;  // also pods' own cgroups, those of the system, and paths
  };

  // Keeps references to its parts and appends to `reading`.
  // Scans of one reading have the same number, another than those of the reading before.
  WorkloadScan(Version version, What what, uint64_t reading_number, int64_t now_ns,
               CgroupLister& lister, UsageReader& usage_reader, PodNames& pod_names,
               RuntimeNames& runtime_names, NodeReading& reading);

  void Run(HeldCgroup& root);

 private:
  void ScanHost(HeldCgroup& cgroup, int depth);
  void ScanSlice(HeldCgroup& slice, int depth);
  void ScanFolder(HeldCgroup& folder, int depth);
  void ScanRuntimeContainer(HeldCgroup& container, std::string_view id);
  // Whether `kubepods` or containers lie below the folder.
  bool HoldsContainers(HeldCgroup& folder, int depth);
  // Whether it served any container. Of a node of whose pods nothing here names any, the container
  // that it is shall be served.
  bool ServeNestedPods(HeldCgroup& node_container);
  void ScanNestedKubepods(HeldCgroup& node_container, int depth);
  void ScanKubepods(HeldCgroup& kubepods);
  void ScanPods(HeldCgroup& parent);
  void ScanPod(HeldCgroup& cgroup, const std::string& uid);

  void ReadPodContainer(HeldCgroup& cgroup, std::string_view id, const std::string& name,
                        PodReading& pod);
  void AddHostWorkload(HeldCgroup& cgroup, WorkloadKind kind, std::string_view namespace_name,
                       const std::string& name, std::string_view id);
  // Where details are wanted.
  void ReadSystemCgroup(HeldCgroup& cgroup, SystemCgroup kind);
  // Reads the usage of a cgroup into `usage`, which stays empty when that fails. What fails is
  // noted under the name of the pod, and so is a counter that went backwards. False: the cgroup has
  // ended.
  bool ReadUsage(HeldCgroup& cgroup, std::string_view namespace_name, std::string_view pod,
                 std::optional<UsageReading>& usage);
  void NoteFailure(std::string_view namespace_name, std::string_view pod, absl::Status status);
  // Those that are not wanted are not opened: a container may make as many cgroups as it likes.
  void RefreshChildren(HeldCgroup& cgroup, absl::FunctionRef<bool(std::string_view)> wanted);

  Version version_;
  What what_;
  uint64_t reading_number_;
  int64_t now_ns_;
  CgroupLister& lister_;
  UsageReader& usage_reader_;
  PodNames& pod_names_;
  RuntimeNames& runtime_names_;
  NodeReading& reading_;
};

}  // namespace kubegauge::cgroup
