#pragma once

#include <filesystem>
#include <string>

namespace kubegauge::testing {

// A directory that is removed with all it holds.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Unpacks the recorded /sys/fs/cgroup (v1), /proc and /var/log of a node into `directory`. It ran
// the pods luffy/busy (containers demo and sidecar) and luffy/mysql; its counters stand still.
void UnpackRecordedNode(const std::filesystem::path& directory);

// What it used, read off its files: usage_in_bytes - total_inactive_file.
inline constexpr char kRecordedNodeMemory[] = "2432844Ki";
inline constexpr char kRecordedDemoMemory[] = "684Ki";
inline constexpr char kRecordedSidecarMemory[] = "212Ki";
inline constexpr char kRecordedMysqlMemory[] = "220Ki";

}  // namespace kubegauge::testing
