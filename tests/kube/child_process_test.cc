#include "kube/child_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "kube/read_file.h"
#include "tests/temporary_directory.h"

namespace kubegauge::kube {
namespace {

using kubegauge::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

class ChildProcessTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Run(const std::string& commands, std::vector<std::string> args = {}) {
    return RunChild({.program = directory_.WriteScript("script", commands),
                     .args = std::move(args),
                     .environment = {{"PATH", path_}, {"A", "b c"}},
                     .timeout = timeout_,
                     .max_output_bytes = 100'000},
                    stopper_);
  }
  // Whether the process whose id is in a file below is gone, or will be at once.
  bool IsGone(const std::string& pid_file) {
    const auto text = ReadFile(directory_.path() / pid_file, 100);
    if (!text.ok()) return false;
    const pid_t pid = std::stoi(*text);
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (::kill(pid, 0) == 0 && !IsZombie(pid)) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }
  static bool IsZombie(pid_t pid) {
    const auto stat = ReadFile("/proc/" + std::to_string(pid) + "/stat", 10'000);
    return !stat.ok() || stat->find(") Z ") != std::string::npos;
  }

  const TemporaryDirectory directory_;
  std::string path_ = "/usr/bin:/bin";
  std::chrono::milliseconds timeout_ = 20s;
  ChildStopper stopper_;
};

TEST_F(ChildProcessTest, GivesTheOutputOfACommandRunWithoutAShell) {
  const auto output =
      Run("printf '%s|' \"$@\" \"$A\" \"$HOME\"; cat; echo to the log >&2", {"$A", "x; y", ""});
  ASSERT_TRUE(output.ok()) << output.status().ToString();
  EXPECT_EQ(*output, "$A|x; y||b c||");
}

TEST_F(ChildProcessTest, GetsNoOtherDescriptorOfThisProgram) {
  constexpr int kAbove = 100;  // those that a shell takes for itself
  const int leaking = ::fcntl(STDERR_FILENO, F_DUPFD, kAbove);
  ASSERT_GE(leaking, kAbove);
  const auto output =
      Run("[ -e /proc/$$/fd/$1 ] && echo open || echo closed", {std::to_string(leaking)});
  ::close(leaking);
  ASSERT_TRUE(output.ok()) << output.status().ToString();
  EXPECT_EQ(*output, "closed\n");
}

TEST_F(ChildProcessTest, TakesOutputThatIsLargerThanAPipe) {
  const auto output = Run("head -c 90000 /dev/zero | tr '\\0' x");
  ASSERT_TRUE(output.ok()) << output.status().ToString();
  EXPECT_EQ(*output, std::string(90'000, 'x'));
}

TEST_F(ChildProcessTest, LooksNamesUpInThePathButNotInTheWorkingDirectory) {
  directory_.WriteScript("bin/tool", "echo found");
  const auto find = [&](const std::string& path) {
    return RunChild({"tool", {}, {{"PATH", path}}, 20s, 100}, stopper_);
  };
  EXPECT_EQ(*find("/nowhere::" + (directory_.path() / "bin").string()), "found\n");
  EXPECT_TRUE(absl::IsNotFound(find("/nowhere").status()));
  EXPECT_TRUE(absl::IsNotFound(find("").status()));
  const auto working_directory = std::filesystem::current_path();
  std::filesystem::current_path(directory_.path() / "bin");
  EXPECT_TRUE(absl::IsNotFound(find(".:").status()));
  std::filesystem::current_path(working_directory);
}

TEST_F(ChildProcessTest, SaysHowItFailed) {
  const std::vector<std::pair<std::string, std::string_view>> rows = {
      {"echo SECRET; exit 7", "it failed with exit code 7"},
      {"kill -TERM $$", "it was ended by signal 15"},
      {"exec cat /dev/zero", "it printed over 100000 bytes"},
  };
  for (const auto& [commands, error] : rows) {
    const absl::Status status = Run(commands).status();
    EXPECT_THAT(status.ToString(), HasSubstr(std::string(error)));
    EXPECT_THAT(status.ToString(), Not(HasSubstr("SECRET")));
  }
  const std::string not_a_program = directory_.Write("data",
                                                     "\x7f"
                                                     "ELF");
  std::filesystem::permissions(not_a_program, std::filesystem::perms::owner_all);
  EXPECT_THAT(RunChild({not_a_program, {}, {}, 20s, 100}, stopper_).status().ToString(),
              HasSubstr("could not be started: Exec format error"));
}

TEST_F(ChildProcessTest, EndsTheWholeGroupWhenItTakesTooLong) {
  timeout_ = 300ms;
  const std::string directory = directory_.path();
  const absl::Status status = Run("sleep 1000 &\necho $! > " + directory + "/pid\nwait").status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status.ToString();
  EXPECT_TRUE(IsGone("pid"));
  EXPECT_TRUE(absl::IsDeadlineExceeded(Run("exec >&-; exec sleep 1000").status()))
      << "output that ended is not an exit";
}

TEST_F(ChildProcessTest, IsEndedFromAnotherThread) {
  const std::string fifo = directory_.path() / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  std::thread stopping([&] {
    EXPECT_TRUE(ReadFile(fifo, 100).ok());  // comes back when the child has opened it
    stopper_.Stop();
  });
  EXPECT_TRUE(absl::IsCancelled(Run("echo > " + fifo + "; exec sleep 1000").status()));
  stopping.join();
  EXPECT_TRUE(absl::IsCancelled(Run("exec sleep 1000").status())) << "nor are new ones begun";
}

}  // namespace
}  // namespace kubegauge::kube
