// The machine's own cgroups: a process that burns half a core, as kubegauge and as the kernel see
// it.

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "cgroup/hierarchy.h"
#include "cgroup/node_reader.h"
#include "tests/cgroup/burning_cgroup.h"

namespace kubegauge::cgroup {
namespace {

using ::kubegauge::testing::BurningCgroup;
using ::kubegauge::testing::kBurnerMemoryBytes;
using ::kubegauge::testing::kBurnSecondNs;
using ::kubegauge::testing::Now;

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
  while (first == nullptr && burner->CpuNs() < kBurnSecondNs) {
    (*reader)->Read(reading);
    first = FindPod(reading, burner->name());
  }
  ASSERT_NE(first, nullptr);
  ASSERT_TRUE(first->containers[0].usage);
  const Usage before = *first->containers[0].usage;
  const int64_t kernel_before_ns = burner->CpuNs();

  WaitForCpu(*burner, kBurnSecondNs);
  (*reader)->Read(reading);
  const auto kernel_ns = static_cast<double>(burner->CpuNs() - kernel_before_ns);
  const PodReading* second = FindPod(reading, burner->name());
  ASSERT_NE(second, nullptr);
  const Usage after = *second->containers[0].usage;

  const auto measured_ns = static_cast<double>(after.cpu_ns - before.cpu_ns);
  EXPECT_NEAR(measured_ns, kernel_ns, 0.05 * kernel_ns);
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
  auto reader = NodeReader::Open({.host_workloads = false}, [&] { return now_ns; });
  ASSERT_TRUE(reader.ok()) << reader.status();
  (*reader)->SetKnownPods(
      {{.namespace_name = "n", .name = "old", .uid = "1", .containers = {{"c", old_id}}},
       {.namespace_name = "n", .name = "new", .uid = "2", .containers = {{"c", new_id}}}});
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
