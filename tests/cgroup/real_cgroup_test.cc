// The machine's own cgroups: a process that burns half a core, as kubegauge and as the kernel see
// it.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <filesystem>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"
#include "cgroup/node_reader.h"
#include "tests/cgroup/burning_cgroup.h"
#include "tests/cgroup/tree_fixture.h"

namespace kubegauge::cgroup {
namespace {

using ::kubegauge::testing::BracketCpu;
using ::kubegauge::testing::BurningCgroup;
using ::kubegauge::testing::CpuBracket;
using ::kubegauge::testing::kBurnerMemoryBytes;
using ::kubegauge::testing::kBurnSecondNs;
using ::kubegauge::testing::MakeDir;
using ::kubegauge::testing::MakeFile;
using ::kubegauge::testing::Now;
using ::kubegauge::testing::TempTree;

const PodReading* FindPod(const NodeReading& reading, std::string_view name) {
  for (const PodReading& pod : reading.pods) {
    if (pod.name == name) return &pod;
  }
  return nullptr;
}

TEST(RealCgroup, UsageAgreesWithTheKernelWithinFivePercent) {
  const auto hierarchy = DetectHierarchy("/");
  if (!hierarchy.ok()) GTEST_SKIP() << hierarchy.status();
  std::string why;
  const auto burner = BurningCgroup::Start(*hierarchy, why);
  if (burner == nullptr) GTEST_SKIP() << why;

  auto reader = NodeReader::Open({}, [] { return Now(CLOCK_REALTIME); });
  ASSERT_TRUE(reader.ok()) << reader.status();
  NodeReading reading;
  // It is served from the moment that it has used anything.
  const PodReading* first = nullptr;
  CpuBracket kernel_before;
  while (first == nullptr && burner->CpuNs() < kBurnSecondNs) {
    kernel_before = BracketCpu(*burner, [&] { (*reader)->Read(reading); });
    first = FindPod(reading, burner->name());
  }
  ASSERT_NE(first, nullptr);
  ASSERT_TRUE(first->containers[0].usage);
  const UsageReading before = *first->containers[0].usage;

  WaitForCpu(*burner, kBurnSecondNs);
  const CpuBracket kernel_after = BracketCpu(*burner, [&] { (*reader)->Read(reading); });
  const PodReading* second = FindPod(reading, burner->name());
  ASSERT_NE(second, nullptr);
  const UsageReading after = *second->containers[0].usage;

  // However long the readings took, what they tell lies between what the kernel told around them.
  const auto measured_ns = static_cast<double>(after.cpu_ns - before.cpu_ns);
  EXPECT_GE(measured_ns, 0.95 * static_cast<double>(kernel_after.from_ns - kernel_before.to_ns));
  EXPECT_LE(measured_ns, 1.05 * static_cast<double>(kernel_after.to_ns - kernel_before.from_ns));
  EXPECT_GT(after.timestamp_ns, before.timestamp_ns);
  EXPECT_GT(after.working_set_bytes, kBurnerMemoryBytes / 2);
  EXPECT_LT(after.working_set_bytes, kBurnerMemoryBytes * 2);
  ASSERT_TRUE(reading.usage);
  EXPECT_GE(reading.usage->cpu_ns, after.cpu_ns) << "the machine used at least as much";
}

// Cgroups that a test makes below one of its own, in each controller's hierarchy.
class Folders {
 public:
  explicit Folders(const Hierarchy& hierarchy) : hierarchy_(hierarchy) {}
  ~Folders() {
    while (!made_.empty()) Remove(std::string(made_.back()));
  }
  Folders(const Folders&) = delete;
  Folders& operator=(const Folders&) = delete;

  bool Make(const std::string& name) {
    made_.push_back(name);
    for (const std::string& parent : Parents()) {
      if (mkdir((parent + name).c_str(), 0755) != 0) return false;
    }
    return true;
  }
  void Remove(const std::string& name) {
    for (const std::string& parent : Parents()) rmdir((parent + name).c_str());
    std::erase(made_, name);
  }

 private:
  std::set<std::string> Parents() const { return {hierarchy_.cpu_path, hierarchy_.memory_path}; }

  Hierarchy hierarchy_;
  std::vector<std::string> made_;
};

size_t CountDescriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return static_cast<size_t>(std::distance(begin(open), end(open)));
}

TEST(RealCgroup, FilesStayOpenOnlyWhileHalfOfTheDescriptorsAreFree) {
  const auto hierarchy = DetectHierarchy("/");
  if (!hierarchy.ok()) GTEST_SKIP() << hierarchy.status();
  const auto directory = Directory::Open(hierarchy->memory_path);
  ASSERT_TRUE(directory.ok()) << directory.status();
  std::array<char, 65536> buffer;
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit before = limit;
  const size_t open_before = CountDescriptors();
  limit.rlim_cur = open_before + 1;  // enough to open one, which is above half of it
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_TRUE(directory->ReadFile("memory.stat", buffer).ok());
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(CountDescriptors(), open_before);
  EXPECT_TRUE(directory->ReadFile("memory.stat", buffer).ok());
  EXPECT_EQ(CountDescriptors(), open_before + 1);
}

// The kernel counts as many children before as after, so that the number tells nothing.
TEST(RealCgroup, PodThatTookThePlaceOfAnotherIsFoundAtTheNextReading) {
  const auto hierarchy = DetectHierarchy("/");
  if (!hierarchy.ok()) GTEST_SKIP() << hierarchy.status();
  Folders folders(*hierarchy);
  const std::string base = "/kubegauge-test-pods-" + std::to_string(getpid());
  if (!folders.Make(base)) GTEST_SKIP() << "cannot make cgroups: " << strerror(errno);
  ASSERT_TRUE(folders.Make(base + "/kubepods"));
  const std::string pods = base + "/kubepods/pod";
  const std::string old_id(64, 'a');
  const std::string new_id(64, 'b');

  int64_t now_ns = Now(CLOCK_REALTIME);
  // The machine, with logs of these pods.
  TempTree root;
  std::filesystem::create_directory_symlink("/sys", root.At("sys"));
  std::filesystem::create_directory_symlink("/proc", root.At("proc"));
  root.Add("var/log/pods", {MakeDir("n_old_1", {}), MakeDir("n_new_2", {})});
  root.Add("var/log/containers", {MakeFile("old_n_c-" + old_id + ".log", ""),
                                  MakeFile("new_n_c-" + new_id + ".log", "")});
  auto reader =
      NodeReader::Open({.root = root.root(), .host_workloads = false}, [&] { return now_ns; });
  ASSERT_TRUE(reader.ok()) << reader.status();
  NodeReading reading;
  const auto read = [&] {
    now_ns += kBurnSecondNs;
    (*reader)->Read(reading);
  };
  ASSERT_TRUE(folders.Make(pods + "1") && folders.Make(pods + "1/" + old_id));
  read();
  ASSERT_NE(FindPod(reading, "old"), nullptr);
  folders.Remove(pods + "1/" + old_id);
  folders.Remove(pods + "1");
  ASSERT_TRUE(folders.Make(pods + "2") && folders.Make(pods + "2/" + new_id));
  read();
  EXPECT_EQ(FindPod(reading, "old"), nullptr) << "not even without its containers";
  read();
  EXPECT_NE(FindPod(reading, "new"), nullptr);
}

}  // namespace
}  // namespace kubegauge::cgroup
