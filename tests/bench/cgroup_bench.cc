// One pass over the cgroup files of 500 containers in 250 pods: the kernel's own where the machine
// allows to make cgroups, else files of a folder in memory.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cgroup/hierarchy.h"
#include "cgroup/node_reader.h"

namespace kubegauge::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kPods = 250;
constexpr int kContainersPerPod = 2;

std::string PodDirectory(int pod) {
  return fmt::format("burstable/pod00000000-0000-4000-8000-{:012}", pod);
}

std::string ContainerId(int pod, int container) {
  return fmt::format("{:032}{:032}", pod + 1, container + 1);
}

// Pods under `kubepods` of a hierarchy, removed at the end.
class Pods {
 public:
  // Empty paths() where they cannot be made.
  explicit Pods(const cgroup::Hierarchy& hierarchy) {
    std::vector<std::string> roots = {hierarchy.cpu_path};
    if (hierarchy.memory_path != hierarchy.cpu_path) roots.push_back(hierarchy.memory_path);
    for (const std::string& root : roots) {
      if (fs::exists(root + "/kubepods") || !MakeTree(root + "/kubepods")) {
        Remove();
        return;
      }
    }
  }
  ~Pods() { Remove(); }

  const std::vector<std::string>& paths() const { return made_; }

 private:
  bool Make(const std::string& path) {
    if (mkdir(path.c_str(), 0755) != 0) return false;
    made_.push_back(path);
    return true;
  }

  bool MakeTree(const std::string& kubepods) {
    bool made = Make(kubepods) && Make(kubepods + "/burstable");
    for (int pod = 0; made && pod < kPods; ++pod) {
      const std::string directory = kubepods + "/" + PodDirectory(pod);
      made = Make(directory);
      for (int container = 0; made && container < kContainersPerPod; ++container) {
        made = Make(directory + "/" + ContainerId(pod, container));
      }
    }
    return made;
  }

  void Remove() {
    for (auto path = made_.rbegin(); path != made_.rend(); ++path) rmdir(path->c_str());
    made_.clear();
  }

  std::vector<std::string> made_;
};

void WriteFile(const fs::path& path, std::string_view text) { std::ofstream(path) << text; }

// The logs that name the pods.
void WriteLogs(const fs::path& root) {
  const fs::path logs = root / "var/log";
  fs::create_directories(logs / "containers");
  for (int pod = 0; pod < kPods; ++pod) {
    const std::string uid = PodDirectory(pod).substr(std::string("burstable/pod").size());
    fs::create_directories(logs / "pods" / fmt::format("ns_pod-{:03}_{}", pod, uid));
    for (int container = 0; container < kContainersPerPod; ++container) {
      WriteFile(
          logs / "containers" /
              fmt::format("pod-{:03}_ns_c{}-{}.log", pod, container, ContainerId(pod, container)),
          "");
    }
  }
}

// A folder in memory, removed at the end.
class Root {
 public:
  Root() {
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~Root() {
    if (!path_.empty()) fs::remove_all(path_);
  }
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;

  // Empty where /dev/shm is not writable.
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/dev/shm/kubegauge-bench-XXXXXX";
};

int64_t WallNs() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

void ReadPods(benchmark::State& state, const std::string& root) {
  auto reader = cgroup::NodeReader::Open({.root = root, .host_workloads = false}, WallNs);
  if (!reader.ok()) return state.SkipWithError(reader.status().ToString().c_str());
  cgroup::NodeReading reading;
  for (auto _ : state) (*reader)->Read(reading);
  size_t read = 0;
  for (const auto& pod : reading.pods) {
    for (const auto& container : pod.containers) read += container.usage.has_value();
  }
  if (read != kPods * kContainersPerPod) return state.SkipWithError("not all containers were read");
  state.counters["cpu_per_container"] =
      benchmark::Counter(static_cast<double>(read), benchmark::Counter::kIsIterationInvariantRate |
                                                        benchmark::Counter::kInvert);
}

void BM_ReadKernelCgroups(benchmark::State& state) {
  const auto hierarchy = cgroup::DetectHierarchy("/");
  if (!hierarchy.ok()) return state.SkipWithError("this machine has no cgroups");
  const Pods pods(*hierarchy);
  if (pods.paths().empty()) return state.SkipWithError("cgroups cannot be made on this machine");
  const Root root;
  if (root.path().empty()) return state.SkipWithError("/dev/shm is not writable");
  fs::create_directory_symlink("/sys", root.path() + "/sys");
  fs::create_directory_symlink("/proc", root.path() + "/proc");
  WriteLogs(root.path());
  ReadPods(state, root.path());
}
BENCHMARK(BM_ReadKernelCgroups)->Unit(benchmark::kMillisecond);

// A v2 tree of plain files: what kubegauge itself costs, without the kernel's counting.
void BM_ReadPlainFiles(benchmark::State& state) {
  const Root folder;
  const std::string& root = folder.path();
  if (root.empty()) return state.SkipWithError("/dev/shm is not writable");
  fs::create_directories(root + "/sys/fs/cgroup");
  WriteFile(root + "/sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
  std::string memory_stat;
  for (const char* key : {"anon", "file", "kernel", "shmem", "file_mapped", "inactive_anon",
                          "active_anon", "inactive_file", "active_file", "pgfault", "pgmajfault"}) {
    memory_stat += fmt::format("{} 123456789\n", key);
  }
  for (int pod = 0; pod < kPods; ++pod) {
    for (int container = 0; container < kContainersPerPod; ++container) {
      const fs::path folder = fs::path(root) / "sys/fs/cgroup/kubepods" / PodDirectory(pod) /
                              ContainerId(pod, container);
      fs::create_directories(folder);
      WriteFile(folder / "cpu.stat", "usage_usec 123456789\nuser_usec 1\nsystem_usec 2\n");
      WriteFile(folder / "memory.current", "123456789\n");
      WriteFile(folder / "memory.stat", memory_stat);
      WriteFile(folder / "memory.swap.current", "0\n");
    }
  }
  WriteLogs(root);
  ReadPods(state, root);
}
BENCHMARK(BM_ReadPlainFiles)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kubegauge::bench
