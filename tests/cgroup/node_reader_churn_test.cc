// Cgroups that come, go and are made anew while they are read.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/cgroup/node_reader_fixture.h"

namespace kubegauge::cgroup::node_reader_testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> WithCertainStarts(const NodeReading& reading) {
  std::vector<std::string> names;
  for (const PodReading& pod : reading.pods) {
    for (const ContainerReading& container : pod.containers) {
      if (container.start_is_certain) names.push_back(container.name);
    }
  }
  return names;
}

TEST_F(NodeReaderTest, StartOfWhatRanBeforeTheReaderIsNotCertain) {
  AddLogs();
  AddV2({MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(5, 6, 0))})})});
  now_ns_ = RealTimeNs();
  Read();
  EXPECT_THAT(Usages(), SizeIs(1));
  EXPECT_THAT(WithCertainStarts(reading_), IsEmpty()) << "its times may be those of its reading";
  tree_.Add("sys/fs/cgroup/kubepods/pod" + kBusyUid, {MakeDir(Id('c'), V2Files(5, 6, 0))});
  tree_.Add("sys/fs/cgroup/kubepods/pod" + kMysqlUid, {MakeDir(Id('d'), V2Files(5, 6, 0))});
  Read();
  EXPECT_THAT(Usages(), SizeIs(3));
  EXPECT_THAT(WithCertainStarts(reading_), ElementsAre("sidecar", "mysql"))
      << "they were seen to come";
}

TEST_F(NodeReaderTest, StartOfWhatOnlyGetsAnotherControllerIsNotCertain) {
  const auto cpu = MakeFile("cpuacct.usage", "7000\n");
  const std::vector memory = {MakeFile("memory.usage_in_bytes", "50\n"),
                              MakeFile("memory.stat", "total_inactive_file 8\n")};
  tree_.Add("sys/fs/cgroup/cpuacct", {cpu, MakeDir("a.service", {cpu})});
  tree_.Add("sys/fs/cgroup/memory", memory);
  Read();
  EXPECT_THAT(Usages(), IsEmpty());
  tree_.Add("sys/fs/cgroup/memory", {MakeDir("a.service", memory)});
  Read();
  ASSERT_THAT(Usages(), ElementsAre("systemd/a.service/a.service 7 50 42"));
  EXPECT_FALSE(reading_.pods[0].containers[0].start_is_certain);
}

// Nothing was read for so long that nothing is known of when its container came.
TEST_F(NodeReaderTest, StartOfWhatWasLongOutOfSightIsNotCertain) {
  AddLogs();
  AddV2({MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {})})});
  now_ns_ = RealTimeNs();
  Read();
  tree_.Add("sys/fs/cgroup/kubepods/pod" + kBusyUid, {MakeDir(Id('b'), V2Files(5, 6, 0))});
  now_ns_ += 600 * kSecondNs;
  Read();
  ASSERT_THAT(Usages(), ElementsAre("luffy/busy/demo 5 6 6"));
  EXPECT_FALSE(reading_.pods[0].containers[0].start_is_certain);
}

// A hardware clock is an hour ahead until the machine hears what time it is.
TEST_F(NodeReaderTest, StartsAreNotYetToComeWhenTheClockIsSetBackBeforeTheBoot) {
  AddLogs();
  tree_.Add("var/log/containers", {MakeFile("busy_luffy_demo-" + Id('e') + ".log", "")});
  const std::string pod = "sys/fs/cgroup/kubepods/pod" + kBusyUid;
  AddV2({MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {})})});
  const int64_t true_boot_s = RealTimeNs() / kSecondNs - 600;
  const auto set_boot = [&](int64_t boot_s) {
    tree_.Write("proc/stat", fmt::format("cpu  1 1 1 1 1 1 1 1 0 0\nbtime {}\n", boot_s));
  };
  set_boot(true_boot_s + 3600);
  now_ns_ = (true_boot_s + 3600 + 660) * kSecondNs;
  Read();
  tree_.Add(pod, {MakeDir(Id('b'), V2Files(1, 1, 0))});
  Read();
  EXPECT_EQ(reading_.boot_time_ns, (true_boot_s + 3600) * kSecondNs);
  ASSERT_THAT(WithCertainStarts(reading_), ElementsAre("demo"));

  now_ns_ = (true_boot_s + 540) * kSecondNs;
  set_boot(true_boot_s);
  Read();
  EXPECT_EQ(reading_.boot_time_ns, true_boot_s * kSecondNs);
  EXPECT_THAT(WithCertainStarts(reading_), IsEmpty()) << "by which clock?";
  EXPECT_LE(reading_.pods[0].containers[0].start_time_ns, now_ns_);

  tree_.Add(pod, {MakeDir(Id('e'), V2Files(2, 2, 0))});
  now_ns_ += 100 * kSecondNs;
  Read();
  ASSERT_THAT(Usages(), ElementsAre("luffy/busy/demo 2 2 2")) << "the one that started last";
  EXPECT_THAT(WithCertainStarts(reading_), ElementsAre("demo"));
  EXPECT_GT(reading_.pods[0].containers[0].start_time_ns, true_boot_s * kSecondNs);
  EXPECT_LE(reading_.pods[0].containers[0].start_time_ns, now_ns_);
}

TEST_F(NodeReaderTest, KnowsTheBootAgainWhenTheClockWasWrongForAMoment) {
  AddLogs();
  AddV2({MakeDir("kubepods", {})});
  const int64_t now_s = RealTimeNs() / kSecondNs;
  for (const int64_t error_s : {0, -86'400, 0, 3600, 0}) {
    tree_.Write("proc/stat",
                fmt::format("cpu  1 1 1 1 1 1 1 1 0 0\nbtime {}\n", now_s - 3600 + error_s));
    now_ns_ = (now_s + error_s) * kSecondNs;
    Read();
    EXPECT_EQ(reading_.boot_time_ns, (now_s - 3600 + error_s) * kSecondNs);
  }
}

// Where the clock was set before the reader was there.
TEST_F(NodeReaderTest, CgroupWhoseTimesAreYetToComeStartedNowAtTheLatest) {
  AddLogs();
  AddV2({MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(1, 1, 0))})})});
  now_ns_ = RealTimeNs() - 3600 * kSecondNs;
  Read();
  ASSERT_THAT(Usages(), SizeIs(1));
  EXPECT_EQ(reading_.pods[0].containers[0].start_time_ns, now_ns_);
  EXPECT_FALSE(reading_.pods[0].containers[0].start_is_certain);
}

TEST_F(NodeReaderTest, CgroupMadeAnewUnderItsNameIsAnotherOne) {
  const auto files = [](uint64_t cpu_us) {
    return std::vector{MakeDir("a.service", V2Files(cpu_us, 1, 0))};
  };
  AddV2(files(500));
  Read();
  // The old one is kept under another name, as a held descriptor would keep its inode.
  std::filesystem::rename(tree_.At("sys/fs/cgroup/a.service"), tree_.At("gone"));
  tree_.Add("sys/fs/cgroup", files(3));
  Read();
  EXPECT_THAT(Usages(), ElementsAre("systemd/a.service/a.service 3 1 1"));
  EXPECT_THAT(reading_.failures, IsEmpty()) << "its counter did not go backwards: it is new";
}

TEST_F(NodeReaderTest, ForgetsACgroupThatIsGone) {
  AddV2({MakeDir("a.service", V2Files(1, 1, 0)), MakeDir("b.service", V2Files(2, 2, 0))});
  Read();
  tree_.Remove("sys/fs/cgroup/a.service");
  Read();
  EXPECT_THAT(Usages(), ElementsAre("systemd/b.service/b.service 2 2 2"));
  EXPECT_THAT(reading_.failures, IsEmpty());
}

TEST_F(NodeReaderTest, RestartedContainerIsTheOneThatStartedLast) {
  AddLogs();
  tree_.Add("var/log/containers", {MakeFile("busy_luffy_demo-" + Id('e') + ".log", "")});
  AddV2({MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(1, 1, 0)),
                                                         MakeDir(Id('e'), V2Files(2, 2, 0))})})});
  const auto set_time = [&](char id, int64_t seconds) {
    const auto folder = tree_.At("sys/fs/cgroup/kubepods/pod" + kBusyUid + "/" + Id(id));
    const auto time = std::filesystem::file_time_type::clock::from_sys(
        std::chrono::sys_seconds(std::chrono::seconds(seconds)));
    std::filesystem::last_write_time(folder / "cgroup.events", time);
    std::filesystem::last_write_time(folder, time);
  };
  set_time('b', 5000);
  set_time('e', 6000);
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo 2 2 2"));
  EXPECT_EQ(reading_.pods[0].containers[0].start_time_ns, 6000 * kSecondNs);
}

}  // namespace
}  // namespace kubegauge::cgroup::node_reader_testing
