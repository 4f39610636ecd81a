#include "cgroup/node_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/cgroup/node_reader_fixture.h"

namespace kubegauge::cgroup::node_reader_testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

uint64_t NumberIn(const std::filesystem::path& path) {
  std::ifstream file(path);
  uint64_t number = 0;
  EXPECT_TRUE(file >> number) << path;
  return number;
}

uint64_t KeyIn(const std::filesystem::path& path, const std::string& key) {
  std::ifstream file(path);
  std::string name;
  uint64_t value = 0;
  while (file >> name >> value) {
    if (name == key) return value;
  }
  ADD_FAILURE() << path << " has no " << key;
  return 0;
}

TEST_F(NodeReaderTest, RecordedNodeGivesExactlyWhatItsFilesHold) {
  tree_.Unpack("cgroup-v1-node.tar.gz");
  Read();
  EXPECT_THAT(reading_.failures, IsEmpty());
  const struct {
    std::string pod;
    std::string container;
    std::string cgroup;
  } kContainers[] = {
      {"busy", "demo",
       "burstable/pod" + kBusyUid +
           "/86479a9a4408b2cc6306316f1fa6e210646472aa45afe2d6ea116eb07d2c2f4f"},
      {"busy", "sidecar",
       "burstable/pod" + kBusyUid +
           "/aa9f1ee89c61da46bd3f067bf84ddedf22bbccc5660ec655829b670ab652b76b"},
      {"mysql", "mysql",
       "besteffort/pod" + kMysqlUid +
           "/604f7d8b492c3837c5bbbb025488b103130cde3786f42a108055857ed1556b0d"},
  };
  std::vector<std::string> expected;
  for (const auto& container : kContainers) {
    const auto cpu = tree_.At("sys/fs/cgroup/cpuacct/kubepods") / container.cgroup;
    const auto memory = tree_.At("sys/fs/cgroup/memory/kubepods") / container.cgroup;
    const uint64_t usage = NumberIn(memory / "memory.usage_in_bytes");
    const uint64_t inactive = KeyIn(memory / "memory.stat", "total_inactive_file");
    expected.push_back(fmt::format("luffy/{}/{} {} {} {}", container.pod, container.container,
                                   NumberIn(cpu / "cpuacct.usage") / 1000, usage,
                                   usage - inactive));
  }
  EXPECT_EQ(Usages(), expected);
  const auto root = tree_.At("sys/fs/cgroup");
  ASSERT_TRUE(reading_.usage);
  EXPECT_EQ(reading_.usage->cpu_ns, NumberIn(root / "cpuacct/cpuacct.usage"));
  EXPECT_EQ(reading_.usage->memory_usage_bytes, NumberIn(root / "memory/memory.usage_in_bytes"));
}

TEST_F(NodeReaderTest, TellsDetailsOfARecordedNodeWhereTheyAreWanted) {
  tree_.Unpack("cgroup-v1-node.tar.gz");
  read_details_ = true;
  Read();
  EXPECT_THAT(reading_.failures, IsEmpty());
  const std::string pod_path = "/kubepods/burstable/pod" + kBusyUid;
  const std::string path =
      pod_path + "/86479a9a4408b2cc6306316f1fa6e210646472aa45afe2d6ea116eb07d2c2f4f";
  const PodReading& busy = reading_.pods.at(0);
  EXPECT_EQ(busy.cgroup_path, pod_path);
  ASSERT_TRUE(busy.usage);
  const auto root = tree_.At("sys/fs/cgroup");
  EXPECT_EQ(busy.usage->cpu_ns, NumberIn(root / ("cpuacct" + pod_path) / "cpuacct.usage"));
  const ContainerReading& demo = busy.containers.at(0);
  EXPECT_EQ(demo.cgroup_path, path);
  ASSERT_TRUE(demo.usage && demo.usage->details);
  const UsageDetails& details = *demo.usage->details;
  const auto stat = root / ("memory" + path) / "memory.stat";
  EXPECT_EQ(details.rss_bytes, KeyIn(stat, "total_rss"));
  EXPECT_EQ(details.cache_bytes, KeyIn(stat, "total_cache"));
  EXPECT_EQ(details.page_faults, KeyIn(stat, "pgfault"));
  ASSERT_TRUE(reading_.usage && reading_.usage->details);
  EXPECT_EQ(reading_.usage->details->memory_limit_bytes, 25276530688u) << "what the machine has";
}

// "path cpu_ns" of each cgroup of the system.
std::vector<std::string> SystemCgroupsOf(const NodeReading& reading) {
  std::vector<std::string> lines;
  for (const SystemCgroupReading& system : reading.system_cgroups) {
    lines.push_back(fmt::format("{} {}", system.cgroup_path, system.usage.cpu_ns));
  }
  return lines;
}

TEST_F(NodeReaderTest, TellsOfWhatHoldsThePodsWhereDetailsAreWanted) {
  tree_.Unpack("cgroup-v1-node.tar.gz");
  Read();
  EXPECT_THAT(reading_.system_cgroups, IsEmpty());
  reader_ = nullptr;
  read_details_ = true;
  Read();
  EXPECT_THAT(reading_.failures, IsEmpty());
  std::vector<std::string> expected;
  for (const std::string path : {"/kubepods", "/kubepods/besteffort", "/kubepods/burstable"}) {
    const auto usage = tree_.At("sys/fs/cgroup/cpuacct" + path) / "cpuacct.usage";
    expected.push_back(fmt::format("{} {}", path, NumberIn(usage)));
  }
  EXPECT_EQ(SystemCgroupsOf(reading_), expected);
  EXPECT_EQ(reading_.system_cgroups[0].kind, SystemCgroup::kPods);
  EXPECT_EQ(reading_.system_cgroups[1].kind, SystemCgroup::kQosClass);
  EXPECT_TRUE(reading_.system_cgroups[0].usage.details);
}

TEST_F(NodeReaderTest, TellsOfTheServicesThatRunPods) {
  read_details_ = true;
  for (const bool with_host_workloads : {false, true}) {
    host_workloads_ = with_host_workloads;
    reader_ = nullptr;
    AddV2({MakeDir("system.slice", {MakeDir("containerd.service", V2Files(5, 4096, 0)),
                                    MakeDir("kubelet.service", V2Files(7, 4096, 0)),
                                    MakeDir("nginx.service", V2Files(9, 4096, 0))})});
    Read();
    EXPECT_THAT(SystemCgroupsOf(reading_), ElementsAre("/system.slice/containerd.service 5000",
                                                       "/system.slice/kubelet.service 7000"));
    EXPECT_EQ(reading_.system_cgroups[0].kind, SystemCgroup::kRuntime);
    EXPECT_EQ(reading_.system_cgroups[1].kind, SystemCgroup::kKubelet);
    EXPECT_THAT(reading_.pods, SizeIs(with_host_workloads ? 3 : 0));
  }
}

TEST_F(NodeReaderTest, LeavesOutASystemCgroupThatCannotBeRead) {
  read_details_ = true;
  std::vector<Entry> files = V2Files(7, 4096, 0);
  files[1] = MakeFile("cpu.stat", "nothing 1\n");
  AddV2({MakeDir("kubepods.slice", files)});
  Read();
  EXPECT_THAT(reading_.system_cgroups, IsEmpty());
  ASSERT_THAT(reading_.failures, SizeIs(1));
  EXPECT_EQ(reading_.failures[0].pod, "");
  EXPECT_THAT(reading_.failures[0].status.message(), HasSubstr("kubepods.slice/cpu.stat"));
}

TEST_F(NodeReaderTest, TellsDetailsOfV2) {
  AddLogs();
  read_details_ = true;
  std::vector<Entry> container = V2Files(700, 4096, 96);
  container[1] = MakeFile("cpu.stat", "usage_usec 700\nuser_usec 500\nsystem_usec 200\n");
  container[3] = MakeFile("memory.max", "8192\n");
  std::vector<Entry> pod = V2Files(900, 5000, 100);
  pod.push_back(MakeDir("cri-containerd-" + Id('d') + ".scope", container));
  AddV2({MakeDir("kubepods.slice",
                 {MakeDir("kubepods-pod13ad1fa1_a5ed_4130_a353_cd7f02c3c43a.slice", pod)})});
  Read();
  const PodReading& mysql = reading_.pods.at(0);
  EXPECT_EQ(mysql.cgroup_path,
            "/kubepods.slice/kubepods-pod13ad1fa1_a5ed_4130_a353_cd7f02c3c43a.slice");
  ASSERT_TRUE(mysql.usage && mysql.usage->details);
  EXPECT_EQ(mysql.usage->cpu_ns, 900'000u);
  EXPECT_EQ(mysql.usage->details->memory_limit_bytes, std::nullopt) << "max";
  const auto& usage = mysql.containers.at(0).usage;
  ASSERT_TRUE(usage && usage->details);
  EXPECT_EQ(usage->details->user_cpu_ns, 500'000u);
  EXPECT_EQ(usage->details->system_cpu_ns, 200'000u);
  EXPECT_EQ(usage->details->rss_bytes, 1u);
  EXPECT_EQ(usage->details->cache_bytes, 2u);
  EXPECT_EQ(usage->details->page_faults, 4u);
  EXPECT_EQ(usage->details->memory_limit_bytes, 8192u);
}

TEST_F(NodeReaderTest, SystemdDriverOnV2) {
  AddLogs();
  AddV2({MakeDir(
      "kubepods.slice",
      {MakeDir("kubepods-burstable.slice",
               {MakeDir("kubepods-burstable-podfe386a56_12ab_42b4_8017_f6ea6a10514c.slice",
                        {MakeDir("cri-containerd-" + Id('a') + ".scope", V2Files(1, 1, 0)),
                         MakeDir("cri-containerd-" + Id('b') + ".scope", V2Files(700, 4096, 96)),
                         MakeDir("cri-containerd-" + Id('c') + ".scope", V2Files(8, 50, 60))})}),
       MakeDir("kubepods-pod13ad1fa1_a5ed_4130_a353_cd7f02c3c43a.slice",
               {MakeDir("crio-conmon-" + Id('d') + ".scope", V2Files(9, 9, 0)),
                MakeDir("crio-" + Id('d') + ".scope", V2Files(20, 70, 0, 5))})})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo 700 4096 4000", "luffy/busy/sidecar 8 50 0",
                                    "luffy/mysql/mysql 20 70 70"));
  EXPECT_EQ(reading_.pods[1].containers[0].usage->swap_bytes, 5u);
  EXPECT_EQ(reading_.pods[0].uid, kBusyUid);
  EXPECT_EQ(reading_.pods[0].containers[0].id, Id('b'));
}

TEST_F(NodeReaderTest, CgroupfsDriverOnV2WithStaticPod) {
  const std::string hash = "8b7d2f0e1c3a4b5d6e7f8091a2b3c4d5";
  AddLogs();
  tree_.Add("var/log/pods", {MakeDir("kube-system_etcd-n1_" + hash, {})});
  tree_.Add("var/log/containers", {MakeFile("etcd-n1_kube-system_etcd-" + Id('e') + ".log", "")});
  AddV2({MakeDir("kubepods",
                 {MakeDir("burstable",
                          {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(700, 4096, 96))})}),
                  MakeDir("besteffort",
                          {MakeDir("pod" + kMysqlUid, {MakeDir("crio-" + Id('d'), V2Files(2, 7, 0)),
                                                       MakeDir(Id('a'), V2Files(1, 1, 1))})}),
                  MakeDir("pod" + hash, {MakeDir(Id('e'), V2Files(3, 8, 0))})})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("kube-system/etcd-n1/etcd 3 8 8",
                                    "luffy/busy/demo 700 4096 4000", "luffy/mysql/mysql 2 7 7"));
}

TEST_F(NodeReaderTest, RootOfV2CountsItsPagesAndTheMachinesSwap) {
  AddV2({});
  Read();
  ASSERT_TRUE(reading_.usage);
  EXPECT_EQ(reading_.usage->cpu_ns, 5'000'000u);
  EXPECT_EQ(reading_.usage->memory_usage_bytes, 1100u);
  EXPECT_EQ(reading_.usage->working_set_bytes, 800u);
  EXPECT_EQ(reading_.usage->swap_bytes, 1024u);
  EXPECT_EQ(reading_.boot_time_ns, 1000 * kSecondNs);
}

// Where the reader has a cgroup namespace of its own.
TEST_F(NodeReaderTest, RootThatIsACgroupAsAnyOtherIsReadAsOne) {
  AddV2({MakeFile("memory.current", "5000\n"), MakeFile("memory.swap.current", "70\n")});
  Read();
  ASSERT_TRUE(reading_.usage);
  EXPECT_EQ(reading_.usage->memory_usage_bytes, 5000u);
  EXPECT_EQ(reading_.usage->working_set_bytes, 4700u);
  EXPECT_EQ(reading_.usage->swap_bytes, 70u);
}

TEST_F(NodeReaderTest, CounterOfTheNodeThatWentBackwardsIsTold) {
  AddV2({});
  Read();
  EXPECT_THAT(reading_.failures, IsEmpty());
  tree_.Write("sys/fs/cgroup/cpu.stat", "usage_usec 4999\n");
  Read();
  ASSERT_THAT(reading_.failures, SizeIs(1));
  EXPECT_THAT(std::string(reading_.failures[0].status.message()),
              HasSubstr("/cpu.stat: went backwards from 5000000 to 4999000 ns"));
  EXPECT_EQ(reading_.usage->cpu_ns, 4'999'000u) << "a rate needs the new beginning";
}

TEST_F(NodeReaderTest, RootWithoutControllersIsReadFromProc) {
  AddV2({});
  tree_.Remove("sys/fs/cgroup/cpu.stat");
  tree_.Remove("sys/fs/cgroup/memory.stat");
  Read();
  ASSERT_TRUE(reading_.usage);
  EXPECT_EQ(reading_.usage->cpu_ns, 60'000'000u);
  EXPECT_EQ(reading_.usage->memory_usage_bytes, 5u * 1024);
}

TEST_F(NodeReaderTest, PressureIsReadWhereTheKernelHasIt) {
  std::vector<Entry> files = V2Files(1, 1, 0);
  files.push_back(MakeFile("cpu.pressure", "some avg10=12.34 avg60=0.00 avg300=0.00 total=99\n"));
  AddV2({MakeDir("a.service", files)});
  tree_.Write("proc/pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n");
  Read();
  const Pressures& pressures = reading_.pods[0].containers[0].usage->pressures;
  EXPECT_EQ(pressures.cpu->some.avg10_centipercent, 1234u);
  EXPECT_FALSE(pressures.memory);
  EXPECT_EQ(reading_.usage->pressures.io->some.total_us, 5u);
}

TEST_F(NodeReaderTest, CgroupNamedLikeThePressuresOfProcHasTheFilesOfACgroup) {
  std::vector<Entry> files = V2Files(1, 1, 0);
  files.push_back(MakeFile("cpu.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=99\n"));
  AddV2({MakeDir("pressure", files)});
  Read();
  ASSERT_THAT(Usages(), ElementsAre("cgroup/pressure/pressure 1 1 1"));
  ASSERT_TRUE(reading_.pods[0].containers[0].usage->pressures.cpu);
  EXPECT_EQ(reading_.pods[0].containers[0].usage->pressures.cpu->some.total_us, 99u);
}

TEST_F(NodeReaderTest, PressureThatCannotBeReadIsAFailure) {
  AddV2({MakeDir("a.service", V2Files(1, 1, 0))});
  std::filesystem::create_symlink("/", tree_.At("sys/fs/cgroup/a.service/io.pressure"));
  Read();
  EXPECT_THAT(Usages(), ElementsAre("systemd/a.service/a.service unread"));
  ASSERT_THAT(reading_.failures, SizeIs(1));
  EXPECT_THAT(std::string(reading_.failures[0].status.message()), HasSubstr("/io.pressure: "));
}

}  // namespace
}  // namespace kubegauge::cgroup::node_reader_testing
