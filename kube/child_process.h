#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "kube/environment.h"

namespace kubegauge::kube {

struct ChildCommand {
  std::string program;            // a path, or a name looked up in $PATH of `environment`
  std::vector<std::string> args;  // without the program itself
  Environment environment;        // all of it
  std::chrono::milliseconds timeout;
  size_t max_output_bytes;
};

// Lets another thread end what RunChild waits for. Thread-safe.
class ChildStopper {
 public:
  ChildStopper();
  ~ChildStopper();
  ChildStopper(const ChildStopper&) = delete;
  ChildStopper& operator=(const ChildStopper&) = delete;

  // From now on children are ended, and new ones not begun.
  void Stop();
  int fd() const { return fd_; }

 private:
  const int fd_;
};

// Runs a command without a shell, in a process group of its own, with an empty standard input, this
// program's standard error and no other descriptor of this program, and returns its standard output
// once it exited with 0. Otherwise the group is killed and an error says what happened, without
// quoting arguments, environment or output: NotFound, DeadlineExceeded, ResourceExhausted (too much
// output), Cancelled (stopped), FailedPrecondition (exit code or signal). Blocks, so is for a
// thread that may.
absl::StatusOr<std::string> RunChild(const ChildCommand& command, const ChildStopper& stopper);

}  // namespace kubegauge::kube
