// The machine's own cgroups: a process that burns half a core, as kubegauge and as the kernel see
// it.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cgroup/hierarchy.h"
#include "cgroup/node_reader.h"

namespace kubegauge::cgroup {
namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kSecond = 1'000 * kMs;

int64_t Now(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * kSecond + time.tv_nsec;
}

constexpr uint64_t kMemoryBytes = 16 << 20;

// Works for half of every 20 ms, for a minute at most, and takes kMemoryBytes on the way: what a
// process had before it was moved stays with its old cgroup. Never returns.
[[noreturn]] void BurnHalfACore() {
  const int64_t end_ns = Now(CLOCK_MONOTONIC) + 60 * kSecond;
  std::vector<std::string> memory;
  while (Now(CLOCK_MONOTONIC) < end_ns) {
    if (memory.size() < kMemoryBytes >> 20) memory.emplace_back(1 << 20, 'x');
    const int64_t rest_from_ns = Now(CLOCK_MONOTONIC) + 10 * kMs;
    while (Now(CLOCK_MONOTONIC) < rest_from_ns) {
    }
    const timespec rest{.tv_sec = 0, .tv_nsec = 10 * kMs};
    nanosleep(&rest, nullptr);
  }
  _exit(0);
}

// A cgroup of the machine with a process in it, both gone with the object.
class BurningCgroup {
 public:
  // nullptr where the machine does not allow it; `why` says what failed.
  static std::unique_ptr<BurningCgroup> Start(const Hierarchy& hierarchy, std::string& why) {
    auto burner = std::unique_ptr<BurningCgroup>(new BurningCgroup());
    std::vector<std::string> parents = {hierarchy.cpu_path};
    if (hierarchy.memory_path != hierarchy.cpu_path) parents.push_back(hierarchy.memory_path);
    for (const std::string& parent : parents) {
      const std::string path = parent + "/" + burner->name_;
      if (mkdir(path.c_str(), 0755) != 0) {
        why = "cannot make " + path + ": " + strerror(errno);
        return nullptr;
      }
      burner->paths_.push_back(path);
    }
    burner->pid_ = fork();
    if (burner->pid_ == 0) BurnHalfACore();
    for (const std::string& path : burner->paths_) {
      std::ofstream procs(path + "/cgroup.procs");
      if (!(procs << burner->pid_ << std::flush)) {
        why = "cannot move a process into " + path;
        return nullptr;
      }
    }
    return burner;
  }

  ~BurningCgroup() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    for (const std::string& path : paths_) rmdir(path.c_str());
  }

  const std::string& name() const { return name_; }

  // The CPU time of the process, by the kernel's clock of it.
  int64_t CpuNs() const {
    clockid_t clock{};
    EXPECT_EQ(clock_getcpuclockid(pid_, &clock), 0);
    return Now(clock);
  }

 private:
  BurningCgroup() = default;

  const std::string name_ = "kubegauge-test-" + std::to_string(getpid());
  std::vector<std::string> paths_;
  pid_t pid_ = -1;
};

const PodReading* FindPod(const NodeReading& reading, std::string_view name) {
  for (const PodReading& pod : reading.pods) {
    if (pod.name == name) return &pod;
  }
  return nullptr;
}

TEST(RealCgroup, UsageAgreesWithTheKernelWithinFivePercent) {
  const auto hierarchy = DetectHierarchy("/");
  if (!hierarchy.ok()) GTEST_SKIP() << hierarchy.status();
  std::string why;
  const auto burner = BurningCgroup::Start(*hierarchy, why);
  if (burner == nullptr) GTEST_SKIP() << why;

  auto reader = NodeReader::Open({}, [] { return Now(CLOCK_REALTIME); });
  ASSERT_TRUE(reader.ok()) << reader.status();
  NodeReading reading;
  // It is served from the moment that it has used anything.
  const PodReading* first = nullptr;
  while (first == nullptr && burner->CpuNs() < kSecond) {
    (*reader)->Read(reading);
    first = FindPod(reading, burner->name());
  }
  ASSERT_NE(first, nullptr);
  ASSERT_TRUE(first->containers[0].usage);
  const Usage before = *first->containers[0].usage;
  const int64_t kernel_before_ns = burner->CpuNs();

  // Until the process has used a second of CPU by the kernel's account, however long that takes.
  while (burner->CpuNs() - kernel_before_ns < kSecond) {
    const timespec pause{.tv_sec = 0, .tv_nsec = 10 * kMs};
    nanosleep(&pause, nullptr);
  }
  (*reader)->Read(reading);
  const auto kernel_ns = static_cast<double>(burner->CpuNs() - kernel_before_ns);
  const PodReading* second = FindPod(reading, burner->name());
  ASSERT_NE(second, nullptr);
  const Usage after = *second->containers[0].usage;

  const auto measured_ns = static_cast<double>(after.cpu_ns - before.cpu_ns);
  EXPECT_NEAR(measured_ns, kernel_ns, 0.05 * kernel_ns);
  EXPECT_GT(after.timestamp_ns, before.timestamp_ns);
  EXPECT_GT(after.working_set_bytes, kMemoryBytes / 2);
  EXPECT_LT(after.working_set_bytes, kMemoryBytes * 2);
  ASSERT_TRUE(reading.usage);
  EXPECT_GE(reading.usage->cpu_ns, after.cpu_ns) << "the machine used at least as much";
}

}  // namespace
}  // namespace kubegauge::cgroup
