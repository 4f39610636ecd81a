#include "server/standalone/state_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace kubegauge::server {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class StateDirTest : public ::testing::Test {
 protected:
  StateDirTest() {
    std::string pattern = (fs::temp_directory_path() / "state_dir_test.XXXXXX").native();
    root_ = mkdtemp(pattern.data());
  }
  ~StateDirTest() override { fs::remove_all(root_); }

  // The message of the error that opening `path` gives.
  static std::string OpenError(const fs::path& path) {
    const auto state = StateDir::Open(path);
    return state.ok() ? "" : std::string(state.status().message());
  }
  static unsigned ModeOf(const fs::path& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 07777;
  }

  fs::path root_;
};

TEST_F(StateDirTest, IsMadePrivateWithItsParentsAndKeepsFiles) {
  const fs::path path = root_ / "a" / "b";
  {
    const auto state = StateDir::Open(path / "");
    ASSERT_TRUE(state.ok()) << state.status();
    EXPECT_EQ(state->path(), path);
    EXPECT_EQ(ModeOf(path), 0700u);
    EXPECT_EQ(*state->Read("token"), std::nullopt);
    ASSERT_TRUE(state->Write("token", "one").ok());
    ASSERT_TRUE(state->Write("token", "two").ok());
    EXPECT_EQ(ModeOf(path / "token"), 0600u);
  }
  const auto again = StateDir::Open(path);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again->Read("token"), "two");
}

TEST_F(StateDirTest, TakesOverAnEmptyDirectory) {
  const fs::path path = root_ / "empty";
  ASSERT_EQ(mkdir(path.c_str(), 0755), 0);
  EXPECT_EQ(OpenError(path), "");
  EXPECT_EQ(ModeOf(path), 0700u);
}

TEST_F(StateDirTest, RefusesAForeignDirectory) {
  const fs::path path = root_ / "home";
  fs::create_directory(path);
  std::ofstream(path / "letter.txt") << "dear";
  EXPECT_EQ(OpenError(path), path.native() +
                                 " is not a state directory of kubegauge and is not empty; "
                                 "choose another with --state-dir");
  EXPECT_EQ(
      ModeOf(path), 0755u &
                        ~[] {
                          const mode_t mask = umask(0);
                          umask(mask);
                          return mask;
                        }())
      << "a foreign directory must be left as it is";
}

TEST_F(StateDirTest, RefusesAFileInItsPlace) {
  std::ofstream(root_ / "file") << "x";
  EXPECT_THAT(OpenError(root_ / "file"), HasSubstr("Not a directory"));
  EXPECT_THAT(OpenError(root_ / "file" / "below"), HasSubstr("cannot make state directory"));
}

TEST_F(StateDirTest, RefusesASecondProcess) {
  const auto first = StateDir::Open(root_ / "state");
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(OpenError(root_ / "state"),
            "state directory " + (root_ / "state").native() +
                " is in use by another kubegauge; stop it, or choose another with --state-dir");
}

TEST_F(StateDirTest, RefusesWhatOthersMayRead) {
  const fs::path path = root_ / "state";
  {
    const auto state = StateDir::Open(path);
    ASSERT_TRUE(state.ok() && state->Write("ca.key", "secret").ok());
    ASSERT_EQ(chmod((path / "ca.key").c_str(), 0640), 0);
    const auto contents = state->Read("ca.key");
    ASSERT_FALSE(contents.ok());
    EXPECT_THAT(
        std::string(contents.status().message()),
        AllOf(HasSubstr("mode 0640"), HasSubstr("chmod 600 " + (path / "ca.key").native())));
  }
  ASSERT_EQ(chmod(path.c_str(), 0750), 0);
  EXPECT_EQ(OpenError(path), "state directory " + path.native() +
                                 " is open to other users (mode 0750); run: chmod 700 " +
                                 path.native());
}

TEST_F(StateDirTest, DoesNotFollowLinksOrReadWhatIsNoFile) {
  const auto state = StateDir::Open(root_ / "state");
  ASSERT_TRUE(state.ok());
  fs::create_symlink("/etc/hostname", state->PathOf("token"));
  EXPECT_FALSE(state->Read("token").ok());
  ASSERT_EQ(mkfifo(state->PathOf("pipe").c_str(), 0600), 0);
  EXPECT_THAT(std::string(state->Read("pipe").status().message()), HasSubstr("not a regular file"));
  // A write replaces the link, never what it points to.
  ASSERT_TRUE(state->Write("token", "mine").ok());
  EXPECT_FALSE(fs::is_symlink(state->PathOf("token")));
}

TEST_F(StateDirTest, RecoversFromAWriteThatWasCutShort) {
  const fs::path path = root_ / "state";
  fs::create_directory(path);
  std::ofstream(path / ".kubegauge-tmp-ca.key") << "half";
  std::ofstream(path / ".kubegauge-tmp-token") << "half";
  EXPECT_EQ(OpenError(path), "");
  EXPECT_FALSE(fs::exists(path / ".kubegauge-tmp-ca.key"));
  EXPECT_FALSE(fs::exists(path / ".kubegauge-tmp-token"));
}

TEST_F(StateDirTest, RefusesTheStateOfAnotherVersion) {
  const fs::path path = root_ / "state";
  ASSERT_EQ(OpenError(path), "");
  std::ofstream(path / ".kubegauge-standalone") << "kubegauge standalone state, format 2\n";
  EXPECT_THAT(OpenError(path), HasSubstr("another version of kubegauge"));
}

}  // namespace
}  // namespace kubegauge::server
