#include "kube/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

namespace kubegauge::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kExitPollInterval{5};

// "" when there is no such program.
std::string FindProgram(const std::string& program, const Environment& environment) {
  if (program.find('/') != std::string::npos) {
    return ::access(program.c_str(), X_OK) == 0 ? program : std::string();
  }
  std::string_view directories = Lookup(environment, "PATH");
  while (!directories.empty()) {
    const size_t colon = std::min(directories.find(':'), directories.size());
    const std::filesystem::path path =
        std::filesystem::path(directories.substr(0, colon)) / program;
    // As Go does, nothing is run out of the working directory by chance.
    if (path.is_absolute() && ::access(path.c_str(), X_OK) == 0) return path.string();
    directories.remove_prefix(std::min(colon + 1, directories.size()));
  }
  return {};
}

// The array of C strings that exec wants; `texts` must outlive it.
std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// posix_spawn's two objects, set up for a child of ours.
class SpawnSetup {
 public:
  explicit SpawnSetup(int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    // Libraries open descriptors without close-on-exec, ports that are listened on among them.
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    sigset_t restored;
    sigemptyset(&restored);
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) sigaddset(&restored, signal);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &restored);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  int Spawn(const std::string& path, std::vector<std::string> argv, std::vector<std::string> envp,
            pid_t& pid) const {
    return ::posix_spawn(&pid, path.c_str(), &actions_, &attributes_, Pointers(argv).data(),
                         Pointers(envp).data());
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// A child that runs. Destroying it before it was reaped kills its group.
class Child {
 public:
  Child(pid_t pid, int output, steady_clock::time_point deadline)
      : pid_(pid), output_(output), deadline_(deadline) {}
  ~Child() {
    ::close(output_);
    if (reaped_) return;
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Everything that it prints.
  absl::StatusOr<std::string> ReadOutput(size_t max_bytes, int stop_fd) {
    std::string output;
    while (true) {
      if (const absl::Status waited = Wait(output_, stop_fd, milliseconds::max()); !waited.ok()) {
        return waited;
      }
      char part[4096];
      const ssize_t got = ::read(output_, part, sizeof part);
      if (got == 0) return output;
      if (got < 0 && errno != EINTR && errno != EAGAIN) {
        return absl::InternalError(
            fmt::format("its output could not be read: {}", std::strerror(errno)));
      }
      if (got > 0) output.append(part, static_cast<size_t>(got));
      if (output.size() > max_bytes) {
        return absl::ResourceExhaustedError(fmt::format("it printed over {} bytes", max_bytes));
      }
    }
  }

  // Waits for its exit. Usually that comes with the end of its output, so asking again and again is
  // rare, and needs no handler of SIGCHLD, which is the whole program's.
  absl::Status AwaitExit(int stop_fd) {
    int status = 0;
    while (true) {
      const pid_t done = ::waitpid(pid_, &status, WNOHANG);
      if (done == pid_) break;
      if (done < 0 && errno != EINTR) {
        reaped_ = true;
        return absl::InternalError("its exit was taken by another part of the program");
      }
      const absl::Status waited = Wait(-1, stop_fd, kExitPollInterval);
      if (!waited.ok()) return waited;
    }
    reaped_ = true;
    if (WIFSIGNALED(status)) {
      return absl::FailedPreconditionError(
          fmt::format("it was ended by signal {}", WTERMSIG(status)));
    }
    if (WEXITSTATUS(status) != 0) {
      return absl::FailedPreconditionError(
          fmt::format("it failed with exit code {}", WEXITSTATUS(status)));
    }
    return absl::OkStatus();
  }

 private:
  // Waits until `fd` has something or `at_most` has passed; an error at the deadline and when
  // stopped.
  absl::Status Wait(int fd, int stop_fd, milliseconds at_most) const {
    const auto left = std::chrono::ceil<milliseconds>(deadline_ - steady_clock::now());
    if (left <= milliseconds::zero()) return absl::DeadlineExceededError("it took too long");
    pollfd fds[] = {{fd, POLLIN, 0}, {stop_fd, POLLIN, 0}};
    const milliseconds timeout = std::min({left, at_most, milliseconds(60'000)});
    ::poll(fds, 2, static_cast<int>(timeout.count()));
    if (fds[1].revents != 0) return absl::CancelledError("the program is being stopped");
    return absl::OkStatus();
  }

  const pid_t pid_;
  const int output_;
  const steady_clock::time_point deadline_;
  bool reaped_ = false;
};

std::vector<std::string> EnvironmentEntries(const Environment& environment) {
  std::vector<std::string> entries;
  for (const auto& [name, value] : environment) entries.push_back(name + "=" + value);
  return entries;
}

}  // namespace

ChildStopper::ChildStopper() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

ChildStopper::~ChildStopper() {
  if (fd_ >= 0) ::close(fd_);
}

void ChildStopper::Stop() {
  if (fd_ >= 0) ::eventfd_write(fd_, 1);
}

absl::StatusOr<std::string> RunChild(const ChildCommand& command, const ChildStopper& stopper) {
  const steady_clock::time_point deadline = steady_clock::now() + command.timeout;
  const std::string path = FindProgram(command.program, command.environment);
  if (path.empty()) {
    return absl::NotFoundError("there is no such program, or it may not be run");
  }
  int pipe_fds[2];
  if (::pipe2(pipe_fds, O_CLOEXEC) != 0) {
    return absl::InternalError(fmt::format("no pipe: {}", std::strerror(errno)));
  }
  ::fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK);
  std::vector<std::string> argv = {command.program};
  argv.insert(argv.end(), command.args.begin(), command.args.end());
  pid_t pid = -1;
  const int error = SpawnSetup(pipe_fds[1])
                        .Spawn(path, std::move(argv), EnvironmentEntries(command.environment), pid);
  ::close(pipe_fds[1]);
  if (error != 0) {
    ::close(pipe_fds[0]);
    return absl::FailedPreconditionError(
        fmt::format("it could not be started: {}", std::strerror(error)));
  }
  Child child(pid, pipe_fds[0], deadline);
  absl::StatusOr<std::string> output = child.ReadOutput(command.max_output_bytes, stopper.fd());
  if (!output.ok()) return output;
  const absl::Status exit = child.AwaitExit(stopper.fd());
  if (!exit.ok()) return exit;
  return output;
}

}  // namespace kubegauge::kube
