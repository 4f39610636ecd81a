#include "cgroup/machine.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cgroup/tree_fixture.h"

namespace kubegauge::cgroup {
namespace {

using ::kubegauge::testing::TempTree;

TEST(ReadMachine, TellsWhatTheFilesUnderTheRootHold) {
  TempTree tree;
  tree.Write("proc/meminfo", "MemTotal: 2048 kB\nMemFree: 1024 kB\n");
  tree.Write("proc/stat",
             "cpu  1 1 1 1 1 1 1 1 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\ncpu1 1 1 1 1 1 1 1 1 0 0\n"
             "btime 1700000000\n");
  tree.Write("proc/sys/kernel/hostname", "pod-7f9c\n");
  tree.Write("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
  tree.Write("proc/sys/kernel/random/boot_id", "0f4b2c9e-6a1d-4f57-9d0c-1c2f3a4b5d6e\n");
  tree.Write("etc/hostname", "node-1\n");
  tree.Write("etc/machine-id", "8b7d2f0e1c3a4b5d6e7f8091a2b3c4d5\n");
  tree.Write("etc/os-release", "NAME=Debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
  const Machine machine = ReadMachine(tree.root());
  EXPECT_EQ(machine.host_name, "node-1") << "the other one is of the container that reads";
  EXPECT_EQ(machine.kernel_release, "6.1.0-18-amd64");
  EXPECT_EQ(machine.os_name, "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(machine.machine_id, "8b7d2f0e1c3a4b5d6e7f8091a2b3c4d5");
  EXPECT_EQ(machine.boot_id, "0f4b2c9e-6a1d-4f57-9d0c-1c2f3a4b5d6e");
  EXPECT_EQ(machine.memory_bytes, 2048u * 1024);
  EXPECT_EQ(machine.cpus, 2);
  EXPECT_EQ(machine.boot_time_ns, 1'700'000'000'000'000'000);
}

TEST(ReadMachine, LeavesEmptyWhatIsNotThere) {
  TempTree tree;
  tree.Write("proc/sys/kernel/hostname", "only\n");
  tree.Write("proc/meminfo", "nonsense\n");
  const Machine machine = ReadMachine(tree.root());
  EXPECT_EQ(machine.host_name, "only");
  EXPECT_EQ(machine.kernel_release, "");
  EXPECT_EQ(machine.os_name, "");
  EXPECT_FALSE(machine.memory_bytes);
  EXPECT_FALSE(machine.cpus);
  EXPECT_FALSE(machine.boot_time_ns);
}

TEST(ReadMachine, FollowsAnAbsoluteLinkWithinTheRoot) {
  TempTree tree;
  tree.Write("opt/os-release", "PRETTY_NAME=Inside\n");
  tree.Add("etc", {});
  std::filesystem::create_symlink("/opt/os-release", tree.At("etc/os-release"));
  EXPECT_EQ(ReadMachine(tree.root()).os_name, "Inside");
}

TEST(ParsePrettyName, TakesOffWhatAShellWould) {
  EXPECT_EQ(ParsePrettyName("A=1\nPRETTY_NAME='Alpine Linux v3.19'\nB=2\n"), "Alpine Linux v3.19");
  EXPECT_EQ(ParsePrettyName("PRETTY_NAME=Arch"), "Arch");
  EXPECT_EQ(ParsePrettyName("PRETTY_NAME=\"a \\\"b\\\" \\$c\"\n"), "a \"b\" $c");
  EXPECT_EQ(ParsePrettyName("PRETTY_NAME=\n"), "");
  EXPECT_EQ(ParsePrettyName("NOT_PRETTY_NAME=x\n"), "");
  EXPECT_EQ(ParsePrettyName(""), "");
}

}  // namespace
}  // namespace kubegauge::cgroup
