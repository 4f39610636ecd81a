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

#include "cgroup/machine.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kMaxPods = 110;  // a kubelet's default

// The first word of a file; "" when it cannot be read.
std::string ReadWord(const std::filesystem::path& path) {
  std::string word;
  std::ifstream(path) >> word;
  return word;
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

NodeSystemInfo DescribeSystem(const std::filesystem::path& root, const cgroup::Machine& machine,
                              const utsname& kernel) {
  return {
      .machine_id = machine.machine_id,
      .system_uuid = ReadWord(root / "sys/class/dmi/id/product_uuid"),
      .boot_id = machine.boot_id,
      .kernel_version = machine.kernel_release.empty() ? kernel.release : machine.kernel_release,
      .os_image = machine.os_name,
      .container_runtime_version = "",
      .kubelet_version = "v" KUBEGAUGE_VERSION "+kubegauge",
      .operating_system = "linux",
      .architecture = GoArchitecture(kernel.machine)};
}

}  // namespace

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
  const cgroup::Machine machine = cgroup::ReadMachine(root.native());
  if (!machine.cpus || !machine.memory_bytes) {
    return absl::NotFoundError(fmt::format(
        "{} tells neither processors nor memory; does --root name a machine's root directory?",
        (root / (machine.cpus ? "proc/meminfo" : "proc/stat")).native()));
  }
  utsname kernel{};
  uname(&kernel);
  const std::string host_name = machine.host_name.empty() ? kernel.nodename : machine.host_name;
  NodeRecord node;
  node.name = node_name.empty() ? NodeNameOfHost(host_name) : std::string(node_name);
  node.hostname = node.name;
  node.system = DescribeSystem(root, machine, kernel);
  node.uid = StableUid(fmt::format("node/{}/{}", node.system.machine_id, node.name));
  node.labels = {{"kubernetes.io/arch", node.system.architecture},
                 {"kubernetes.io/hostname", node.name},
                 {"kubernetes.io/os", "linux"}};
  node.creation_ns = machine.boot_time_ns.value_or(0);
  node.capacity = {.cpu_millicores = int64_t{*machine.cpus} * 1000,
                   .memory_bytes = static_cast<int64_t>(*machine.memory_bytes),
                   .pods = kMaxPods};
  node.allocatable = node.capacity;
  node.internal_ip = FirstAddress();
  return node;
}

}  // namespace kubegauge::server
