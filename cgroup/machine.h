#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kubegauge::cgroup {

// What the files of a machine say of it. What cannot be read is empty: no single file is worth
// refusing the others.
struct Machine {
  std::string host_name;
  std::string kernel_release;  // as uname -r gives it
  std::string os_name;  // PRETTY_NAME of os-release, such as "Debian GNU/Linux 12 (bookworm)"
  std::string machine_id;
  std::string boot_id;
  std::optional<uint64_t> memory_bytes;
  std::optional<int> cpus;
  std::optional<int64_t> boot_time_ns;  // since the Unix epoch
};

// Reads the machine whose files lie under `root`, such as /host in a container, where uname(2)
// would tell the host name of the container.
Machine ReadMachine(const std::string& root);

// The value of PRETTY_NAME of an os-release file, without its quotes; "" without one.
std::string ParsePrettyName(std::string_view os_release);

}  // namespace kubegauge::cgroup
