#include "tests/e2e/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace kubegauge::testing {
namespace {

constexpr std::chrono::milliseconds kPollInterval(5);

int MillisecondsUntil(Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<int64_t>(left.count(), 0));
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> OwnEnvironmentAnd(const std::vector<std::string>& added) {
  std::vector<std::string> all = added;  // the first of a name counts
  for (char** variable = environ; *variable != nullptr; ++variable) all.emplace_back(*variable);
  return all;
}

// Takes in what a readable descriptor has; closes it at its end.
void Take(int& fd, std::string& text) {
  char buffer[65536];
  const ssize_t size = ::read(fd, buffer, sizeof(buffer));
  if (size > 0) {
    text.append(buffer, static_cast<size_t>(size));
  } else if (size == 0 || errno != EINTR) {
    ::close(std::exchange(fd, -1));
  }
}

}  // namespace

bool Eventually(const std::function<bool()>& done, Deadline deadline) {
  while (!done()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    ::poll(nullptr, 0, static_cast<int>(kPollInterval.count()));
  }
  return true;
}

Subprocess::Subprocess(const std::vector<std::string>& arguments,
                       const std::vector<std::string>& environment) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  const std::vector<std::string> all = OwnEnvironmentAnd(environment);
  const int error = posix_spawnp(&pid_, arguments.front().c_str(), &actions, nullptr,
                                 Pointers(arguments).data(), Pointers(all).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  ::close(err[1]);
  out_fd_ = out[0];
  err_fd_ = err[0];
  if (error != 0) throw std::system_error(error, std::generic_category(), arguments.front());
}

Subprocess::~Subprocess() {
  if (!exit_code_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (out_fd_ >= 0) ::close(out_fd_);
  if (err_fd_ >= 0) ::close(err_fd_);
}

bool Subprocess::ReadSome(Deadline deadline) {
  std::array<pollfd, 2> fds = {pollfd{.fd = out_fd_, .events = POLLIN, .revents = 0},
                               pollfd{.fd = err_fd_, .events = POLLIN, .revents = 0}};
  if (out_fd_ < 0 && err_fd_ < 0) return false;
  if (::poll(fds.data(), fds.size(), MillisecondsUntil(deadline)) <= 0) return false;
  if (fds[0].revents != 0) Take(out_fd_, out_);
  if (fds[1].revents != 0) Take(err_fd_, err_);
  return true;
}

bool Subprocess::ReadUntil(const std::function<bool()>& done, Deadline deadline) {
  while (!done()) {
    if (!ReadSome(deadline)) return done();
  }
  return true;
}

std::optional<int> Subprocess::Wait(Deadline deadline) {
  while (ReadSome(deadline)) {
  }
  const auto ended = [&] {
    int status = 0;
    if (!exit_code_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return exit_code_.has_value();
  };
  Eventually(ended, deadline);
  return exit_code_;
}

void Subprocess::Signal(int signal) const { ::kill(pid_, signal); }

RunResult RunProgram(const std::vector<std::string>& arguments,
                     const std::vector<std::string>& environment,
                     std::chrono::milliseconds timeout) {
  Subprocess process(arguments, environment);
  const std::optional<int> exit_code = process.Wait(In(timeout));
  return {.exit_code = exit_code.value_or(-1), .out = process.out(), .err = process.err()};
}

}  // namespace kubegauge::testing
