#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kubegauge::testing {

using Deadline = std::chrono::steady_clock::time_point;

inline Deadline In(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

// Asks `done` again and again, a few milliseconds apart, until it is true; false when `deadline`
// passes first.
bool Eventually(const std::function<bool()>& done, Deadline deadline);

// A running program whose output is collected. Killed, and waited for, when destroyed.
class Subprocess {
 public:
  // `environment` as "NAME=value", in addition to this process's own.
  explicit Subprocess(const std::vector<std::string>& arguments,
                      const std::vector<std::string>& environment = {});
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  // Reads output until `done` is true of what was collected; false when the program closed its
  // output, or `deadline` passed, before that.
  bool ReadUntil(const std::function<bool()>& done, Deadline deadline);

  // Reads all output and waits for the end. The exit code, 128 + the signal that ended it, or
  // nullopt when `deadline` passed first.
  std::optional<int> Wait(Deadline deadline);

  void Signal(int signal) const;

  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }

 private:
  // Waits for output, at most until `deadline`, and takes it in. False when there is none to come.
  bool ReadSome(Deadline deadline);

  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  int out_fd_ = -1;
  int err_fd_ = -1;
  std::string out_;
  std::string err_;
};

struct RunResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Runs a program to its end. One that takes longer than `timeout` is killed and has exit code -1.
RunResult RunProgram(const std::vector<std::string>& arguments,
                     const std::vector<std::string>& environment = {},
                     std::chrono::milliseconds timeout = std::chrono::seconds(30));

}  // namespace kubegauge::testing
