#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace kubegauge::cgroup {

enum class Version { kV1, kV2 };

// Where the controllers that matter are mounted, as paths on this machine.
struct Hierarchy {
  Version version = Version::kV2;
  std::string cpu_path;     // of cpuacct in v1
  std::string memory_path;  // the same as cpu_path in v2
};

// One line of /proc/<pid>/mountinfo.
struct Mount {
  std::string mount_point;
  std::string root;  // of the mount within its file system
  std::string type;
  std::string super_options;
};
std::vector<Mount> ParseMountInfo(std::string_view text);

// Finds the hierarchy of the machine whose files lie under `root` ("/" for this one): by its list
// of mounts, else by the conventional folders under sys/fs/cgroup. A v2 tree beside v1 controllers
// (hybrid) has no controllers of its own and is passed over. FailedPrecondition when there is none.
absl::StatusOr<Hierarchy> DetectHierarchy(const std::string& root);

}  // namespace kubegauge::cgroup
