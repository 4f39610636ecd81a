// Files that are missing, damaged or not what they should be.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cgroup/directory.h"
#include "tests/cgroup/node_reader_fixture.h"

namespace kubegauge::cgroup::node_reader_testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// One pod of one container, and its files.
class BadInputTest : public NodeReaderTest {
 protected:
  BadInputTest() {
    AddLogs();
    AddV2(
        {MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(500, 4096, 0)),
                                                         MakeDir(Id('c'), V2Files(6, 60, 0))})})});
  }
  std::string File(const std::string& name) const {
    return "sys/fs/cgroup/kubepods/pod" + kBusyUid + "/" + Id('b') + "/" + name;
  }
};

TEST_F(BadInputTest, CostsOneContainerAndNamesTheFile) {
  const struct {
    std::string file;
    std::string text;
  } kCases[] = {
      // First, as it is remembered for a while when there is none.
      {"cpu.pressure", "some nonsense\n"},
      {"cpu.stat", ""},
      {"cpu.stat", "user_usec 5\n"},
      {"cpu.stat", "usage_usec 50"},
      {"cpu.stat", "usage_usec -1\n"},
      {"cpu.stat", "usage_usec 18446744073709551615\n"},
      {"memory.current", "max\n"},
      {"memory.current", ""},
      {"memory.current", "99999999999999999999\n"},
      {"memory.current", "18446744073709551615\n"},
      {"memory.stat", ""},
      {"memory.stat", "inactive_file -4\n"},
      {"memory.stat", "anon 1\ninactive_fi"},
      {"memory.swap.current", "max\n"},
  };
  for (const auto& test : kCases) {
    const std::string path = File(test.file);
    std::string before;
    if (std::ifstream file(tree_.At(path)); file) {
      before.assign(std::istreambuf_iterator<char>(file), {});
    }
    tree_.Write(path, test.text);
    Read();
    EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo unread", "luffy/busy/sidecar 6 60 60"))
        << test.file << " " << test.text;
    ASSERT_THAT(reading_.failures, SizeIs(1)) << test.file << " " << test.text;
    EXPECT_EQ(reading_.failures[0].pod, "luffy/busy");
    EXPECT_THAT(std::string(reading_.failures[0].status.message()),
                HasSubstr(tree_.At(path).string()));
    before.empty() ? tree_.Remove(path) : tree_.Write(path, before);
    Read();
    EXPECT_THAT(reading_.failures, IsEmpty());
  }
}

TEST_F(BadInputTest, FileThatIsGoneIsNamed) {
  for (const char* file : {"cpu.stat", "memory.current", "memory.stat"}) {
    const auto path = tree_.At(File(file));
    std::filesystem::rename(path, path.string() + ".away");
    Read();
    EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo unread", "luffy/busy/sidecar 6 60 60"));
    EXPECT_THAT(std::string(reading_.failures.at(0).status.message()), HasSubstr(path.string()));
    std::filesystem::rename(path.string() + ".away", path);
  }
}

TEST_F(BadInputTest, LinkInPlaceOfAFileIsNotFollowed) {
  tree_.Write("elsewhere", "1\n");
  tree_.Remove(File("memory.current"));
  std::filesystem::create_symlink(tree_.At("elsewhere"), tree_.At(File("memory.current")));
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo unread", "luffy/busy/sidecar 6 60 60"));
}

TEST_F(BadInputTest, CounterThatWentBackwardsIsToldOnceAndGiven) {
  Read();
  tree_.Write(File("cpu.stat"), "usage_usec 400\n");
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo 400 4096 4096", "luffy/busy/sidecar 6 60 60"));
  ASSERT_THAT(reading_.failures, SizeIs(1));
  EXPECT_THAT(std::string(reading_.failures[0].status.message()),
              HasSubstr("cpu.stat: went backwards from 500000 to 400000 ns"));
  Read();
  EXPECT_THAT(reading_.failures, IsEmpty());
}

TEST_F(BadInputTest, CounterThatWentBackwardsIsToldThoughANewPodHasAllReadAgain) {
  Read();
  tree_.Write(File("cpu.stat"), "usage_usec 400\n");
  tree_.Add("sys/fs/cgroup/kubepods/podnew", {});
  tree_.Add("var/log/pods", {MakeDir("luffy_new_new", {})});
  Read();
  EXPECT_THAT(reading_.pods, SizeIs(2)) << "the new pod got its name";
  ASSERT_THAT(reading_.failures, SizeIs(1));
  EXPECT_THAT(std::string(reading_.failures[0].status.message()), HasSubstr("went backwards"));
  Read();
  EXPECT_THAT(reading_.failures, IsEmpty());
}

TEST_F(BadInputTest, RunningOutOfDescriptorsCostsOnlyWhatIsNew) {
  Read();
  tree_.Add("sys/fs/cgroup/kubepods/pod" + kMysqlUid, {MakeDir(Id('d'), V2Files(1, 1, 0))});
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next_fd = dup(0);
  close(next_fd);
  auto limit = static_cast<rlim_t>(next_fd);
  while (limit - Directory::SpareDescriptors(limit) <= static_cast<rlim_t>(next_fd)) ++limit;
  const rlimit tight{.rlim_cur = limit, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
  Read();
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo 500 4096 4096", "luffy/busy/sidecar 6 60 60"));
  ASSERT_FALSE(reading_.failures.empty());
  EXPECT_THAT(std::string(reading_.failures[0].status.message()), HasSubstr("ulimit -n"));
  Read();
  EXPECT_THAT(Usages(), SizeIs(3)) << "it recovers by itself";
}

TEST_F(NodeReaderTest, CountsOfTheRootThatOverflowAreRefused) {
  AddV2({});
  tree_.Write("sys/fs/cgroup/memory.stat", "anon 18446744073709551615\nfile 1\n");
  Read();
  EXPECT_FALSE(reading_.usage);
  ASSERT_THAT(reading_.failures, SizeIs(1));
  EXPECT_THAT(std::string(reading_.failures[0].status.message()),
              HasSubstr(tree_.At("sys/fs/cgroup/memory.stat").string()));
}

TEST_F(NodeReaderTest, ControllerMissingOfAContainerIsNamedAndOfAUnitIgnored) {
  AddLogs();
  const std::string pod = "kubepods/pod" + kBusyUid + "/" + Id('b');
  const auto v1_cpu = MakeFile("cpuacct.usage", "7000\n");
  tree_.Add("sys/fs/cgroup/cpuacct", {MakeDir("a.service", {v1_cpu}), v1_cpu});
  tree_.Add("sys/fs/cgroup/cpuacct/" + pod, {v1_cpu});
  tree_.Add("sys/fs/cgroup/memory", {MakeDir("only-memory", {})});
  tree_.Add("sys/fs/cgroup/memory/kubepods/pod" + kBusyUid, {MakeDir(Id('c'), {})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo unread", "luffy/busy/sidecar unread"));
  std::string messages;
  for (const ReadFailure& failure : reading_.failures) {
    messages += std::string(failure.status.message()) + "\n";
  }
  EXPECT_THAT(messages, HasSubstr(Id('b') + ": has no counterpart of the controller memory"));
  EXPECT_THAT(messages, HasSubstr(Id('c') + ": has no counterpart of the controller cpuacct"));
}

}  // namespace
}  // namespace kubegauge::cgroup::node_reader_testing
