#include "tests/e2e/real_pod.h"

#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace kubegauge::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kUid[] = "5e2e5e2e-0000-4000-8000-00000000e2e0";
const std::string kContainerId(64, 'e');

bool IsV2() { return fs::exists("/sys/fs/cgroup/cgroup.controllers"); }

// The mounts that pods have a cgroup in, as far as they matter here.
std::vector<fs::path> Mounts() {
  if (IsV2()) return {"/sys/fs/cgroup"};
  return {"/sys/fs/cgroup/cpuacct", "/sys/fs/cgroup/memory"};
}

// From kubepods to the container.
std::vector<fs::path> CgroupPaths(const fs::path& mount) {
  const fs::path kubepods = mount / "kubepods";
  const fs::path qos = kubepods / "besteffort";
  const fs::path pod = qos / (std::string("pod") + kUid);
  return {kubepods, qos, pod, pod / kContainerId};
}

void WriteText(const fs::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
  if (!file) throw std::runtime_error("cannot write " + path.native());
}

}  // namespace

std::string RealPod::WhyNot() {
  if (geteuid() != 0) return "making cgroups takes root";
  for (const fs::path& mount : Mounts()) {
    if (fs::exists(mount / "kubepods") || fs::exists(mount / "kubepods.slice")) {
      return "this machine runs pods of its own";
    }
    const fs::path probe = mount / "kubegauge-e2e-probe";
    std::error_code error;
    fs::create_directory(probe, error);
    if (error) return "cannot make cgroups in " + mount.native() + ": " + error.message();
    rmdir(probe.c_str());
  }
  return "";
}

RealPod::RealPod() {
  const fs::path logs = root() / "var/log/pods" / (std::string("e2e_burner_") + kUid) / "burn";
  fs::create_directories(logs);
  fs::create_directories(root() / "var/log/containers");
  fs::create_symlink(logs / "0.log",
                     root() / "var/log/containers" / ("burner_e2e_burn-" + kContainerId + ".log"));
  fs::create_directory_symlink("/proc", root() / "proc");
  fs::create_directory_symlink("/sys", root() / "sys");

  std::string enter;
  for (const fs::path& mount : Mounts()) {
    const std::vector<fs::path> paths = CgroupPaths(mount);
    for (const fs::path& path : paths) {
      if (IsV2()) WriteText(path.parent_path() / "cgroup.subtree_control", "+memory");
      fs::create_directory(path);
      cgroups_.push_back(path);
    }
    enter += "echo $$ >" + (paths.back() / "cgroup.procs").native() + " && ";
  }
  // A process brings none of its memory along into a cgroup.
  const std::string ballast =
      "ballast=$(head -c " + std::to_string(kBallastBytes) + " /dev/zero | tr '\\0' x); ";
  burner_ = std::make_unique<Subprocess>(
      std::vector<std::string>{"sh", "-c", enter + ballast + "while :; do :; done"});
}

RealPod::~RealPod() {
  burner_.reset();
  for (auto path = cgroups_.rbegin(); path != cgroups_.rend(); ++path) {
    // The kernel needs a moment to notice that the last process has gone.
    Eventually([&] { return rmdir(path->c_str()) == 0; }, In(std::chrono::seconds(5)));
  }
}

int64_t RealPod::MemoryBytes() const {
  const fs::path cgroup = CgroupPaths(Mounts().back()).back();
  std::ifstream file(cgroup / (IsV2() ? "memory.current" : "memory.usage_in_bytes"));
  int64_t bytes = 0;
  file >> bytes;
  return bytes;
}

}  // namespace kubegauge::testing
