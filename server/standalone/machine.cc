#include "server/standalone/machine.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <sstream>

#include "cgroup/proc.h"
#include "server/standalone/core_discovery.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kMaxPods = 110;  // a kubelet's default

// "" when the file cannot be read.
std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return std::move(text).str();
}

std::string ReadWord(const std::filesystem::path& path) {
  std::string text = ReadText(path);
  text.erase(std::min(text.find_first_of(" \n"), text.size()));
  return text;
}

// Calls `use(line)` with each line.
template <class Use>
void ForEachLine(std::string_view text, Use use) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
}

// The names that Kubernetes gives to processor architectures are Go's.
std::string GoArchitecture(std::string_view machine) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kNames = {
      {{"x86_64", "amd64"}, {"aarch64", "arm64"}, {"armv7l", "arm"}}};
  for (const auto& [uname, go] : kNames) {
    if (machine == uname) return std::string(go);
  }
  return std::string(machine);
}

struct IfaddrsDeleter {
  void operator()(ifaddrs* list) const { freeifaddrs(list); }
};

// The first IPv4 address of an interface that is up and not the loopback; "" without one.
std::string FirstAddress() {
  ifaddrs* raw = nullptr;
  if (getifaddrs(&raw) != 0) return "";
  const std::unique_ptr<ifaddrs, IfaddrsDeleter> list(raw);
  for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
    const bool usable = entry->ifa_addr != nullptr && entry->ifa_addr->sa_family == AF_INET &&
                        (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_LOOPBACK) == 0;
    if (!usable) continue;
    char text[INET_ADDRSTRLEN] = {};
    const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
    inet_ntop(AF_INET, &address->sin_addr, text, sizeof(text));
    return text;
  }
  return "";
}

absl::Status NotAMachine(const absl::Status& status) {
  return absl::Status(status.code(), fmt::format("{}; does --root name a machine's root directory?",
                                                 std::string(status.message())));
}

NodeSystemInfo DescribeSystem(const std::filesystem::path& root, const utsname& kernel) {
  return {.machine_id = ReadWord(root / "etc/machine-id"),
          .system_uuid = ReadWord(root / "sys/class/dmi/id/product_uuid"),
          .boot_id = ReadWord(root / "proc/sys/kernel/random/boot_id"),
          .kernel_version = kernel.release,
          .os_image = ParsePrettyName(ReadText(root / "etc/os-release")),
          .container_runtime_version = "",
          .kubelet_version = std::string(NodeAgentVersion()),
          .operating_system = "linux",
          .architecture = GoArchitecture(kernel.machine)};
}

}  // namespace

std::string ParsePrettyName(std::string_view os_release) {
  constexpr std::string_view kKey = "PRETTY_NAME=";
  std::string name;
  ForEachLine(os_release, [&](std::string_view line) {
    if (!line.starts_with(kKey)) return;
    std::string_view value = line.substr(kKey.size());
    if (value.size() >= 2 && value.front() == value.back() &&
        (value.front() == '"' || value.front() == '\'')) {
      value = value.substr(1, value.size() - 2);
    }
    name = value;
  });
  return name;
}

std::string NodeNameOfHost(std::string_view host_name) {
  std::string name;
  for (const char c : host_name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool keeps = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ||
                       lower == '-' || lower == '.';
    name.push_back(keeps ? lower : '-');
  }
  const size_t begin = std::min(name.find_first_not_of("-."), name.size());
  name.erase(0, begin);
  name.erase(name.find_last_not_of("-.") + 1);
  return name.empty() ? "localhost" : name;
}

absl::StatusOr<NodeRecord> DescribeMachine(const std::filesystem::path& root,
                                           std::string_view node_name) {
  utsname kernel{};
  uname(&kernel);
  const absl::StatusOr<cgroup::ProcStat> stat = cgroup::ReadProcStat(root.native());
  if (!stat.ok()) return NotAMachine(stat.status());
  const absl::StatusOr<cgroup::MemInfo> memory = cgroup::ReadMemInfo(root.native());
  if (!memory.ok()) return NotAMachine(memory.status());
  NodeRecord node;
  node.name = node_name.empty() ? NodeNameOfHost(kernel.nodename) : std::string(node_name);
  node.hostname = node.name;
  node.system = DescribeSystem(root, kernel);
  node.uid = StableUid(fmt::format("node/{}/{}", node.system.machine_id, node.name));
  node.labels = {{"kubernetes.io/arch", node.system.architecture},
                 {"kubernetes.io/hostname", node.name},
                 {"kubernetes.io/os", "linux"}};
  node.creation_ns = stat->boot_time_ns;
  node.capacity = {.cpu_millicores = int64_t{stat->cpus} * 1000,
                   .memory_bytes = static_cast<int64_t>(memory->total_bytes),
                   .pods = kMaxPods};
  node.allocatable = node.capacity;
  node.internal_ip = FirstAddress();
  return node;
}

}  // namespace kubegauge::server
