#include "cgroup/hierarchy.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/cgroup/tree_fixture.h"

namespace kubegauge::cgroup {
namespace {

using ::kubegauge::testing::MakeDir;
using ::kubegauge::testing::MakeFile;
using ::kubegauge::testing::TempTree;

// "v1 <cpu> <memory>" or "v2 <path>", the paths without the root.
std::string Detect(const TempTree& tree) {
  const auto hierarchy = DetectHierarchy(tree.root());
  if (!hierarchy.ok()) return std::string(hierarchy.status().message());
  const auto relative = [&](const std::string& path) { return path.substr(tree.root().size()); };
  if (hierarchy->version == Version::kV2) return "v2 " + relative(hierarchy->cpu_path);
  return "v1 " + relative(hierarchy->cpu_path) + " " + relative(hierarchy->memory_path);
}

TEST(DetectHierarchy, ByTheListOfMounts) {
  const struct {
    std::string mounts;
    std::string found;
  } kCases[] = {
      {"31 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
       "v2 /sys/fs/cgroup"},
      {"32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
       "33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
       "v1 /sys/fs/cgroup/cpu,cpuacct /sys/fs/cgroup/memory"},
      // Hybrid: the unified tree has no controllers.
      {"32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
       "33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct\n"
       "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
       "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
       "v1 /sys/fs/cgroup/cpuacct /sys/fs/cgroup/memory"},
      // A container's own view beside the host's.
      {"50 31 0:30 /docker/abc /sys/fs/cgroup/mine rw - cgroup cgroup rw,memory\n"
       "33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
       "34 31 0:31 / /cg\\040roups rw - cgroup cgroup rw,cpuacct\n",
       "v1 /cg roups /sys/fs/cgroup/memory"},
      {"60 1 0:5 / /run/other rw - cgroup2 cgroup2 rw\n"
       "61 1 0:6 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
       "62 1 0:7 / /mnt/more rw - cgroup2 cgroup2 rw\n",
       "v2 /sys/fs/cgroup"},
  };
  for (const auto& test : kCases) {
    TempTree tree;
    for (const Mount& mount : ParseMountInfo(test.mounts))
      tree.Add(mount.mount_point.substr(1), {});
    tree.Write("proc/1/mountinfo", test.mounts + "broken line\n");
    EXPECT_EQ(Detect(tree), test.found) << test.mounts;
  }
}

// In a container that may not see the mounts of process 1 of the host, /proc/self is the container.
TEST(DetectHierarchy, ByTheMountsBelowTheRootInOurOwnList) {
  TempTree host;
  host.Add("sys/fs/cgroup", {MakeDir("cpu,cpuacct", {}), MakeDir("memory", {})});
  const std::string prefix = host.root() + "/sys/fs/cgroup";
  host.Write("proc/self/mountinfo",
             "70 1 0:29 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct\n"
             "71 1 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
             "72 1 0:29 / " +
                 prefix +
                 "/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
                 "73 1 0:30 / " +
                 prefix + "/memory rw - cgroup cgroup rw,memory\n");
  EXPECT_EQ(Detect(host), "v1 /sys/fs/cgroup/cpu,cpuacct /sys/fs/cgroup/memory");
  TempTree recorded;
  recorded.Add("mnt/cgroups", {});
  recorded.Write("proc/self/mountinfo", "74 1 0:26 / /mnt/cgroups rw - cgroup2 cgroup2 rw\n");
  EXPECT_EQ(Detect(recorded), "v2 /mnt/cgroups");
}

TEST(DetectHierarchy, ByTheConventionalFoldersWhereWhatIsListedIsNotThere) {
  TempTree tree;
  tree.Write("proc/1/mountinfo", "75 1 0:26 / /elsewhere rw - cgroup2 cgroup2 rw\n");
  tree.Add("sys/fs/cgroup", {MakeFile("cgroup.controllers", "cpu memory\n")});
  EXPECT_EQ(Detect(tree), "v2 /sys/fs/cgroup");
}

TEST(DetectHierarchy, ByTheConventionalFolders) {
  TempTree v2;
  v2.Add("sys/fs/cgroup", {MakeFile("cgroup.controllers", "cpu memory\n")});
  EXPECT_EQ(Detect(v2), "v2 /sys/fs/cgroup");
  TempTree separate;
  separate.Add("sys/fs/cgroup", {MakeDir("cpuacct", {}), MakeDir("memory", {})});
  EXPECT_EQ(Detect(separate), "v1 /sys/fs/cgroup/cpuacct /sys/fs/cgroup/memory");
  TempTree joined;
  joined.Add("sys/fs/cgroup", {MakeDir("cpu,cpuacct", {}), MakeDir("memory", {})});
  EXPECT_EQ(Detect(joined), "v1 /sys/fs/cgroup/cpu,cpuacct /sys/fs/cgroup/memory");
}

TEST(DetectHierarchy, NoneIsAnErrorThatSaysWhatToDo) {
  TempTree tree;
  tree.Add("sys/fs/cgroup", {MakeDir("memory", {})});
  EXPECT_NE(Detect(tree).find("mount the host's /sys/fs/cgroup"), std::string::npos);
}

}  // namespace
}  // namespace kubegauge::cgroup
