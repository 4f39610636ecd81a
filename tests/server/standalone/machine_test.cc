#include "server/standalone/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace kubegauge::server {
namespace {

namespace fs = std::filesystem;

TEST(NodeName, IsMadeOfTheHostName) {
  EXPECT_EQ(NodeNameOfHost("Box-1.Example"), "box-1.example");
  EXPECT_EQ(NodeNameOfHost("my_box!"), "my-box");
  EXPECT_EQ(NodeNameOfHost("---"), "localhost");
  EXPECT_EQ(NodeNameOfHost(""), "localhost");
}

TEST(Machine, IsDescribedFromItsRoot) {
  std::string pattern = (fs::temp_directory_path() / "machine_test.XXXXXX").native();
  const fs::path root = mkdtemp(pattern.data());
  fs::create_directories(root / "proc");
  fs::create_directories(root / "etc");
  EXPECT_THAT(std::string(DescribeMachine(root, "box").status().message()),
              ::testing::HasSubstr("does --root name a machine's root directory?"));

  std::ofstream(root / "proc/stat") << "cpu  4 0 0 9 0 0 0 0 0 0\ncpu0 2 0 0 4 0 0 0 0 0 0\n"
                                       "cpu1 2 0 0 5 0 0 0 0 0 0\nbtime 1700000000\n";
  std::ofstream(root / "proc/meminfo") << "MemTotal: 1024 kB\nMemFree: 512 kB\n";
  std::ofstream(root / "etc/machine-id") << "0123\n";
  const auto node = DescribeMachine(root, "box");
  fs::remove_all(root);
  ASSERT_TRUE(node.ok()) << node.status();
  EXPECT_EQ(node->name, "box");
  EXPECT_EQ(node->capacity, (NodeResources{2000, 1 << 20, 110}));
  EXPECT_EQ(node->allocatable, node->capacity);
  EXPECT_EQ(node->creation_ns, int64_t{1'700'000'000} * 1'000'000'000);
  EXPECT_EQ(node->system.machine_id, "0123");
  EXPECT_EQ(node->labels.at("kubernetes.io/hostname"), "box");
  EXPECT_EQ(node->labels.at("kubernetes.io/os"), "linux");
}

}  // namespace
}  // namespace kubegauge::server
