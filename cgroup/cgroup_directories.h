#pragma once

#include <optional>

#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"

namespace kubegauge::cgroup {

// The directories that one cgroup has: one in v2, one of each controller in v1, where one of them
// may be missing.
struct CgroupDirectories {
  std::optional<Directory> cpu;
  std::optional<Directory> memory;  // v1 only

  const Directory& for_cpu() const { return *cpu; }
  const Directory& for_memory() const { return memory ? *memory : *cpu; }
  bool IsComplete(Version version) const {
    return cpu.has_value() && (version == Version::kV2 || memory.has_value());
  }
};

}  // namespace kubegauge::cgroup
