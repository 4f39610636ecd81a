#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "cgroup/hierarchy.h"

namespace kubegauge::testing {

inline constexpr int64_t kBurnSecondNs = 1'000'000'000;
inline constexpr int64_t kBurnSliceNs = 10'000'000;

inline int64_t Now(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * kBurnSecondNs + time.tv_nsec;
}

inline constexpr uint64_t kBurnerMemoryBytes = 16 << 20;

// Works for half of every 20 ms, for a minute at most, and takes kBurnerMemoryBytes on the way:
// what a process had before it was moved stays with its old cgroup. Ends with `parent`.
[[noreturn]] inline void BurnHalfACore(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);  // it died before that took effect
  const int64_t end_ns = Now(CLOCK_MONOTONIC) + 60 * kBurnSecondNs;
  std::vector<std::string> memory;
  while (Now(CLOCK_MONOTONIC) < end_ns) {
    if (memory.size() < kBurnerMemoryBytes >> 20) memory.emplace_back(1 << 20, 'x');
    const int64_t rest_from_ns = Now(CLOCK_MONOTONIC) + kBurnSliceNs;
    while (Now(CLOCK_MONOTONIC) < rest_from_ns) {
    }
    const timespec rest{.tv_sec = 0, .tv_nsec = kBurnSliceNs};
    nanosleep(&rest, nullptr);
  }
  _exit(0);
}

// A cgroup of the machine with a process in it, both gone with the object.
class BurningCgroup {
 public:
  // nullptr where the machine does not allow it; `why` says what failed.
  static std::unique_ptr<BurningCgroup> Start(const cgroup::Hierarchy& hierarchy,
                                              std::string& why) {
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
    const pid_t parent = getpid();
    burner->pid_ = fork();
    if (burner->pid_ == 0) BurnHalfACore(parent);
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

// What the kernel says that the process had used at some moment between two calls.
struct CpuBracket {
  int64_t from_ns = 0;
  int64_t to_ns = 0;
};

template <class Action>
CpuBracket BracketCpu(const BurningCgroup& burner, Action&& action) {
  const int64_t from_ns = burner.CpuNs();
  action();
  return {.from_ns = from_ns, .to_ns = burner.CpuNs()};
}

// Waits until the process has used `cpu_ns` more by the kernel's account, however long that takes.
inline void WaitForCpu(const BurningCgroup& burner, int64_t cpu_ns) {
  const int64_t enough_ns = burner.CpuNs() + cpu_ns;
  while (burner.CpuNs() < enough_ns) {
    const timespec pause{.tv_sec = 0, .tv_nsec = kBurnSliceNs};
    nanosleep(&pause, nullptr);
  }
}

}  // namespace kubegauge::testing
