#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::cgroup {

// What of /proc the measuring of a machine needs.
struct MemInfo {
  uint64_t total_bytes = 0;
  uint64_t free_bytes = 0;
  uint64_t inactive_file_bytes = 0;
  uint64_t swap_total_bytes = 0;
  uint64_t swap_free_bytes = 0;
};
absl::StatusOr<MemInfo> ParseMemInfo(std::string_view text);

struct ProcStat {
  uint64_t busy_ns = 0;  // of all processors since boot: user, nice, system, irq, softirq, steal
  int64_t boot_time_ns = 0;
  int cpus = 0;
};
absl::StatusOr<ProcStat> ParseProcStat(std::string_view text);

// Read them from the machine whose files lie under `root`. An error names the file.
absl::StatusOr<MemInfo> ReadMemInfo(const std::string& root);
absl::StatusOr<ProcStat> ReadProcStat(const std::string& root);

// The path of a file of /proc under `root`.
std::string ProcPath(const std::string& root, std::string_view file);

}  // namespace kubegauge::cgroup
