#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cgroup/cgroup_directories.h"
#include "cgroup/counters.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"
#include "cgroup/usage.h"

namespace kubegauge::cgroup {

// Reads the counters of cgroups as the kubelet's cAdvisor does (wire.md D.1, D.2). An error's
// message begins with the path of the file at fault. Not thread-safe: keeps one buffer.
class UsageReader {
 public:
  // What to read beside CPU, memory and swap; each costs more files a cgroup.
  struct Wanted {
    bool pressures = false;
    bool details = false;
  };

  // `root`: where the machine's /proc lies. `wall_clock_ns` is asked once for each cgroup.
  UsageReader(Version version, std::string root, Wanted wanted,
              std::function<int64_t()> wall_clock_ns);

  // A cgroup below the root of its hierarchy.
  absl::StatusOr<UsageReading> Read(const CgroupDirectories& cgroup);
  // The root itself, so the machine. In v2 it has few files: its memory is that of its pages, and
  // what is missing, as with controllers that are switched off, comes from /proc.
  absl::StatusOr<UsageReading> ReadRoot(const CgroupDirectories& cgroup);

 private:
  absl::Status ReadCpu(const Directory& directory, UsageReading& usage);
  absl::Status ReadCpuV1(const Directory& directory, UsageReading& usage);
  absl::Status ReadCpuV2(const Directory& directory, UsageReading& usage);
  absl::Status ReadMemory(const Directory& directory, UsageReading& usage);
  absl::Status ReadMemoryV1(const Directory& directory, UsageReading& usage);
  absl::Status ReadMemoryV2(const Directory& directory, UsageReading& usage);
  // Inactive file memory, anonymous memory, that of files, page faults, major ones: the first
  // `wanted` of them, as reading more takes longer.
  using MemoryStatV2 = std::array<WantedKey, 5>;
  absl::StatusOr<MemoryStatV2> ReadMemoryStatV2(const Directory& directory, size_t wanted);
  absl::Status ReadSwapV2(const Directory& directory, UsageReading& usage);
  absl::Status ReadMemoryLimit(const Directory& directory, UsageReading& usage);
  absl::StatusOr<uint64_t> ReadCounter(const Directory& directory, const char* file);
  absl::StatusOr<uint64_t> ReadBytes(const Directory& directory, const char* file);
  absl::StatusOr<std::string_view> ReadText(const Directory& directory, const char* file);
  using PressureFiles = std::array<const char*, 3>;
  absl::Status ReadPressures(const Directory& directory, const PressureFiles& files,
                             Pressures& pressures);
  absl::Status ReadRootMemoryV2(const Directory& directory, UsageReading& usage);
  absl::Status ReadProcMemory(UsageReading& usage);
  absl::Status ReadProcCpu(UsageReading& usage);

  Version version_;
  std::string root_;
  Wanted wanted_;
  std::function<int64_t()> wall_clock_ns_;
  std::vector<char> buffer_;
};

}  // namespace kubegauge::cgroup
