#include "cgroup/directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <string>

#include "tests/cgroup/tree_fixture.h"

namespace kubegauge::cgroup {
namespace {

using ::kubegauge::testing::MakeFile;
using ::kubegauge::testing::TempTree;

TEST(Directory, LeavesAQuarterOfTheDescriptorsAndNoMoreThanIsNeeded) {
  EXPECT_EQ(Directory::SpareDescriptors(16), 4u);
  EXPECT_EQ(Directory::SpareDescriptors(1024), 256u);
  EXPECT_EQ(Directory::SpareDescriptors(1 << 20), 256u);
  EXPECT_EQ(Directory::SpareDescriptors(UINT64_MAX), 256u);
}

TEST(Directory, RemembersForAWhileThatAFileIsAbsent) {
  TempTree tree;
  tree.Add("folder", {});
  const auto directory = Directory::Open(tree.At("folder").string());
  ASSERT_TRUE(directory.ok()) << directory.status();
  std::array<char, 16> buffer;
  // "-" for nothing.
  const auto read = [&] {
    const auto text = directory->ReadFileIfPresent("file", buffer);
    return !text.ok() ? text.status().ToString() : std::string(text->value_or("-"));
  };
  EXPECT_EQ(read(), "-");
  tree.Write("folder/file", "7\n");
  for (int i = 1; i < Directory::kReadingsAbsent; ++i) ASSERT_EQ(read(), "-") << i;
  EXPECT_EQ(read(), "7\n");
  EXPECT_EQ(read(), "7\n");
  tree.Remove("folder/file");
  EXPECT_EQ(read(), "-");
}

TEST(Directory, FileThatIsThereAndCannotBeReadIsNotAbsent) {
  TempTree tree;
  tree.Add("folder", {MakeFile("large", std::string(100, 'x'))});
  const auto directory = Directory::Open(tree.At("folder").string());
  ASSERT_TRUE(directory.ok()) << directory.status();
  std::array<char, 16> buffer;
  EXPECT_EQ(directory->ReadFileIfPresent("large", buffer).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST(Directory, PipeInPlaceOfAFileHoldsNothingUp) {
  const TempTree tree;
  ASSERT_EQ(mkfifo(tree.At("memory.current").c_str(), 0600), 0);
  std::array<char, 64> buffer;
  const auto directory = Directory::Open(tree.root());
  EXPECT_FALSE(directory->ReadFile("memory.current", buffer).ok());
}

TEST(Directory, WasMadeWhenTheOldestOfItsWitnessesWas) {
  TempTree tree;
  tree.Add("folder", {MakeFile("a", ""), MakeFile("b", "")});
  const auto set_time = [&](const char* path, int64_t seconds) {
    std::filesystem::last_write_time(tree.At(path),
                                     std::filesystem::file_time_type::clock::from_sys(
                                         std::chrono::sys_seconds(std::chrono::seconds(seconds))));
  };
  set_time("folder/a", 3000);
  set_time("folder/b", 2000);
  set_time("folder", 4000);
  const auto directory = Directory::Open(tree.At("folder").string());
  ASSERT_TRUE(directory.ok()) << directory.status();
  constexpr int64_t kSecondNs = 1'000'000'000;
  EXPECT_EQ(directory->CreationTimeNs({"absent"}), 4000 * kSecondNs);
  EXPECT_EQ(directory->CreationTimeNs({"a", "b", "absent"}), 2000 * kSecondNs);
}

}  // namespace
}  // namespace kubegauge::cgroup
