#include "cgroup/node_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "cgroup/directory.h"
#include "tests/cgroup/tree_fixture.h"

namespace kubegauge::cgroup {
namespace {

using ::kubegauge::testing::Entry;
using ::kubegauge::testing::MakeDir;
using ::kubegauge::testing::MakeFile;
using ::kubegauge::testing::TempTree;
using ::kubegauge::testing::V2Files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kNowNs = 2'000'000'000 * kSecondNs;

std::string Id(char digit) { return std::string(64, digit); }

const std::string kBusyUid = "fe386a56-12ab-42b4-8017-f6ea6a10514c";
const std::string kMysqlUid = "13ad1fa1-a5ed-4130-a353-cd7f02c3c43a";

class NodeReaderTest : public ::testing::Test {
 protected:
  // Reads the tree, opening it at the first call.
  const NodeReading& Read() {
    if (reader_ == nullptr) {
      auto reader = NodeReader::Open(options(), [this] { return now_ns_; });
      EXPECT_TRUE(reader.ok()) << reader.status();
      reader_ = *std::move(reader);
    }
    now_ns_ += 3 * kSecondNs;
    reader_->Read(reading_);
    return reading_;
  }

  NodeReaderOptions options() const {
    return {.root = tree_.root(),
            .host_workloads = host_workloads_,
            .read_pressures = true,
            .read_details = read_details_};
  }

  // "namespace/pod/container cpu_us memory working_set" of each container, "unread" of a failed
  // one.
  std::vector<std::string> Usages() const {
    std::vector<std::string> lines;
    for (const PodReading& pod : reading_.pods) {
      for (const ContainerReading& container : pod.containers) {
        const std::string name =
            fmt::format("{}/{}/{}", pod.namespace_name, pod.name, container.name);
        lines.push_back(container.usage
                            ? fmt::format("{} {} {} {}", name, container.usage->cpu_ns / 1000,
                                          container.usage->memory_usage_bytes,
                                          container.usage->working_set_bytes)
                            : name + " unread");
      }
    }
    return lines;
  }

  // The logs that name the pods luffy/busy (demo, sidecar: ids b and c) and luffy/mysql (mysql: id
  // d).
  void AddLogs() {
    tree_.Add("var/log/pods",
              {MakeDir("luffy_busy_" + kBusyUid, {}), MakeDir("luffy_mysql_" + kMysqlUid, {})});
    tree_.Add("var/log/containers", {MakeFile("busy_luffy_demo-" + Id('b') + ".log", ""),
                                     MakeFile("busy_luffy_sidecar-" + Id('c') + ".log", ""),
                                     MakeFile("mysql_luffy_mysql-" + Id('d') + ".log", "")});
  }

  // A v2 machine with `children` beside its root files.
  void AddV2(std::vector<Entry> children) {
    children.push_back(MakeFile("cgroup.controllers", "cpu memory\n"));
    children.push_back(MakeFile("cpu.stat", "usage_usec 5000\n"));
    children.push_back(MakeFile("memory.stat", "anon 100\nfile 1000\ninactive_file 300\n"));
    tree_.Add("sys/fs/cgroup", children);
    tree_.Write("proc/meminfo", "MemTotal: 9 kB\nMemFree: 4 kB\nSwapTotal: 2 kB\nSwapFree: 1 kB\n");
    tree_.Write("proc/stat", "cpu  1 1 1 1 1 1 1 1 0 0\ncpu0 1\nbtime 1000\n");
  }

  TempTree tree_;
  bool host_workloads_ = true;
  bool read_details_ = false;
  int64_t now_ns_ = kNowNs;
  std::unique_ptr<NodeReader> reader_;
  NodeReading reading_;
};

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

TEST_F(NodeReaderTest, NodeOfKindNestedInAContainer) {
  AddLogs();
  const std::string pod = "kubelet-kubepods-podfe386a56_12ab_42b4_8017_f6ea6a10514c.slice";
  AddV2({MakeDir(
      "system.slice",
      {MakeDir("docker-" + Id('0') + ".scope",
               {MakeDir("kubelet.slice",
                        {MakeDir("kubelet-kubepods.slice",
                                 {MakeDir(pod, {MakeDir("cri-containerd-" + Id('b') + ".scope",
                                                        V2Files(5, 6, 0))})})}),
                MakeDir("system.slice", {})})})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo 5 6 6"));
}

TEST_F(NodeReaderTest, NodeOfKindWhosePodsNothingNamesIsServedAsItsContainer) {
  std::vector<Entry> node = V2Files(40, 50, 0);
  node.push_back(MakeDir(
      "kubelet",
      {MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(5, 6, 0))})})}));
  AddV2({MakeDir("docker", {MakeDir(Id('0'), node)})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("docker/000000000000/000000000000 40 50 50"));
  EXPECT_EQ(reading_.nameless_pods, 1u);
}

// Two kubelet roots, one of which has a pod that is known.
TEST_F(NodeReaderTest, NodeOfKindServesThePodsThatAreNamedAlthoughOthersAreNot) {
  AddLogs();
  const auto pod = [](const std::string& uid, char id) {
    return MakeDir("pod" + uid, {MakeDir(Id(id), V2Files(5, 6, 0))});
  };
  std::vector<Entry> node = V2Files(40, 50, 0);
  node.push_back(
      MakeDir("kubelet", {MakeDir("kubepods", {pod("nameless", 'a'), pod(kBusyUid, 'b')})}));
  node.push_back(
      MakeDir("kubelet.slice", {MakeDir("kubelet-kubepods.slice", {pod("other", 'e')})}));
  AddV2({MakeDir("docker", {MakeDir(Id('0'), node)})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo 5 6 6"));
  EXPECT_EQ(reading_.nameless_pods, 2u);
}

TEST_F(NodeReaderTest, NodeOfKindWhosePodsHaveNamesAndTheirContainersNoneIsServedAsItsContainer) {
  AddLogs();
  std::vector<Entry> node = V2Files(40, 50, 0);
  node.push_back(MakeDir(
      "kubelet",
      {MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('f'), V2Files(5, 6, 0))})})}));
  AddV2({MakeDir("docker", {MakeDir(Id('0'), node)})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("docker/000000000000/000000000000 40 50 50"));
  EXPECT_THAT(reading_.pods, SizeIs(1));
}

TEST_F(NodeReaderTest, NodeOfKindThatCrunMade) {
  AddLogs();
  const std::string pod = "kubelet-kubepods-podfe386a56_12ab_42b4_8017_f6ea6a10514c.slice";
  AddV2({MakeDir(
      "machine.slice",
      {MakeDir("libpod-" + Id('0') + ".scope",
               {MakeDir("container",
                        {MakeDir("kubelet.slice",
                                 {MakeDir("kubelet-kubepods.slice",
                                          {MakeDir(pod, {MakeDir(Id('b'), V2Files(5, 6, 0))})})}),
                         MakeDir("init.scope", V2Files(7, 7, 0))})})})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo 5 6 6"));
}

TEST_F(NodeReaderTest, CgroupRootOfTheKubeletMayHaveSeveralLevels) {
  AddLogs();
  AddV2({MakeDir(
      "on", {MakeDir("node", {MakeDir("kubepods", {MakeDir("pod" + kBusyUid,
                                                           {MakeDir(Id('b'), V2Files(5, 6, 0))})}),
                              MakeDir("beside", V2Files(7, 8, 0))})})});
  Read();
  EXPECT_THAT(Usages(),
              ElementsAre("cgroup/on.node.beside/on.node.beside 7 8 8", "luffy/busy/demo 5 6 6"));
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

TEST_F(NodeReaderTest, StartOfWhatRanBeforeTheReaderIsNotCertain) {
  AddLogs();
  AddV2({MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(5, 6, 0))})})});
  now_ns_ = std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  const auto certain = [&] {
    std::vector<std::string> names;
    for (const PodReading& pod : reading_.pods) {
      for (const ContainerReading& container : pod.containers) {
        if (container.start_is_certain) names.push_back(container.name);
      }
    }
    return names;
  };
  Read();
  EXPECT_THAT(Usages(), SizeIs(1));
  EXPECT_THAT(certain(), IsEmpty()) << "its times may be those of its reading";
  tree_.Add("sys/fs/cgroup/kubepods/pod" + kBusyUid, {MakeDir(Id('c'), V2Files(5, 6, 0))});
  tree_.Add("sys/fs/cgroup/kubepods/pod" + kMysqlUid, {MakeDir(Id('d'), V2Files(5, 6, 0))});
  Read();
  EXPECT_THAT(Usages(), SizeIs(3));
  EXPECT_THAT(certain(), ElementsAre("sidecar", "mysql")) << "they were seen to come";
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

// The pod is not looked into before it has a name, so nothing is known of when its container came.
TEST_F(NodeReaderTest, StartOfWhatWasLongOutOfSightIsNotCertain) {
  AddV2({MakeDir("kubepods", {})});
  now_ns_ = std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  Read();
  tree_.Add("sys/fs/cgroup/kubepods/pod" + kBusyUid, {MakeDir(Id('b'), V2Files(5, 6, 0))});
  Read();
  AddLogs();
  now_ns_ += 600 * kSecondNs;
  // Something new has the logs listed.
  tree_.Add("sys/fs/cgroup/kubepods/pod" + kMysqlUid, {});
  Read();
  ASSERT_THAT(Usages(), ElementsAre("luffy/busy/demo 5 6 6"));
  EXPECT_FALSE(reading_.pods[0].containers[0].start_is_certain);
}

TEST_F(NodeReaderTest, SlicesWhoseUnitsHaveNoCpuAccountingAreServedThemselves) {
  const auto cpu = MakeFile("cpuacct.usage", "7000\n");
  const std::vector memory = {MakeFile("memory.usage_in_bytes", "50\n"),
                              MakeFile("memory.stat", "total_inactive_file 8\n")};
  const auto unit = [&](const std::string& name) { return MakeDir(name, memory); };
  tree_.Add("sys/fs/cgroup/cpuacct", {cpu, MakeDir("system.slice", {cpu})});
  tree_.Add("sys/fs/cgroup/memory", {unit("system.slice"), unit("user.slice")});
  tree_.Add("sys/fs/cgroup/memory/system.slice", {unit("a.service"), unit("b.service")});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("systemd/system.slice/system.slice 7 50 42"));
  EXPECT_EQ(reading_.half_accounted_workloads, 1u) << "user.slice";

  const std::string scope = "docker-" + Id('1') + ".scope";
  tree_.Add("sys/fs/cgroup/cpuacct/system.slice", {MakeDir(scope, {cpu})});
  tree_.Add("sys/fs/cgroup/memory/system.slice", {unit(scope)});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("docker/111111111111/111111111111 7 50 42"));
  EXPECT_EQ(reading_.half_accounted_workloads, 3u) << "and both services";
}

TEST_F(NodeReaderTest, FoldersOfContainersAreNoWorkloads) {
  tree_.Write("var/lib/docker/containers/" + Id('1') + "/config.v2.json", R"({"Name":"/web"})");
  AddV2(
      {MakeDir("my-parent", {MakeDir(Id('1'), V2Files(1, 1, 0))}),
       MakeDir("default", {MakeDir(Id('2'), V2Files(2, 2, 0))}),
       MakeDir("outer", {MakeDir("inner", {MakeDir(Id('3'), V2Files(3, 3, 0))})}),
       MakeDir("plain", {MakeDir("sub", V2Files(4, 4, 0)), MakeFile("cpu.stat", "usage_usec 5\n"),
                         MakeFile("memory.current", "5\n"), MakeFile("memory.stat", "anon 5\n")})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("cgroup/222222222222/222222222222 2 2 2",
                                    "cgroup/333333333333/333333333333 3 3 3",
                                    "cgroup/plain/plain 5 5 5", "docker/web/web 1 1 1"));
}

TEST_F(NodeReaderTest, PodmansContainersOfAllListsAreNamed) {
  const auto list = [](char id, const std::string& name) {
    return R"([{"id":")" + Id(id) + R"(","names":[")" + name + R"("]}])";
  };
  const std::string storage = "containers/storage/overlay-containers/";
  tree_.Write("var/lib/" + storage + "containers.json", list('1', "kept"));
  tree_.Write("var/lib/" + storage + "volatile-containers.json", list('2', "removed-at-exit"));
  tree_.Write("run/" + storage + "volatile-containers.json", list('3', "transient"));
  std::vector<Entry> scopes;
  for (const char id : {'1', '2', '3'}) {
    scopes.push_back(MakeDir("libpod-" + Id(id) + ".scope", V2Files(1, 1, 0)));
  }
  AddV2({MakeDir("machine.slice", scopes)});
  Read();
  EXPECT_THAT(Usages(),
              ElementsAre("podman/kept/kept 1 1 1", "podman/removed-at-exit/removed-at-exit 1 1 1",
                          "podman/transient/transient 1 1 1"));
}

TEST_F(NodeReaderTest, ContainerIsNamedAsSoonAsItsRuntimeWroteItsNameDown) {
  AddV2({MakeDir("docker", {MakeDir(Id('1'), V2Files(1, 1, 0))}),
         MakeDir("libpod_parent", {MakeDir("libpod-" + Id('2'), V2Files(2, 2, 0))})});
  const std::string list = "var/lib/containers/storage/overlay-containers/containers.json";
  tree_.Write(list, "[]");
  Read();
  EXPECT_THAT(Usages(), ElementsAre("docker/111111111111/111111111111 1 1 1",
                                    "podman/222222222222/222222222222 2 2 2"));
  tree_.Write("var/lib/docker/containers/" + Id('1') + "/config.v2.json", R"({"Name":"/web"})");
  tree_.Write(list, R"([{"id":")" + Id('2') + R"(","names":["db"]}])");
  std::filesystem::last_write_time(
      tree_.At(list), std::filesystem::file_time_type::clock::now() + std::chrono::seconds(1));
  Read();
  EXPECT_THAT(Usages(), ElementsAre("docker/web/web 1 1 1", "podman/db/db 2 2 2"));
}

// Those of root's systemd and of the user's would count twice beside their slice.
TEST_F(NodeReaderTest, RootlessContainersAreOfTheSliceOfTheirUser) {
  AddV2({MakeDir(
      "user.slice",
      {MakeDir("user-1000.slice",
               {MakeDir("user@1000.service",
                        {MakeDir("user.slice",
                                 {MakeDir("libpod-" + Id('1') + ".scope", V2Files(3, 3, 0))})}),
                MakeFile("cpu.stat", "usage_usec 9\n"), MakeFile("memory.current", "9\n"),
                MakeFile("memory.stat", "anon 9\n")})})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("systemd/user-1000.slice/user-1000.slice 9 9 9"));
}

TEST_F(NodeReaderTest, HostWorkloadsAreServedAtTheirLowestLevel) {
  tree_.Write("var/lib/docker/containers/" + Id('1') + "/config.v2.json", R"({"Name":"/web"})");
  tree_.Write("var/lib/containers/storage/overlay-containers/containers.json",
              R"([{"id":")" + Id('3') + R"(","names":["db"]}])");
  AddV2(
      {MakeDir("init.scope", V2Files(1, 1, 0)),
       MakeDir(
           "system.slice",
           {MakeDir("nginx.service", V2Files(2, 2, 0)),
            MakeDir("system-getty.slice", {MakeDir("getty@tty1.service", V2Files(3, 3, 0))}),
            MakeDir("docker-" + Id('1') + ".scope", V2Files(4, 4, 0)),
            MakeDir("docker-" + Id('2') + ".scope", V2Files(5, 5, 0)),
            MakeDir("idle.service", V2Files(0, 0, 0)),
            MakeDir("dev-hugepages.mount", V2Files(11, 11, 0)),
            MakeDir("dbus.socket", V2Files(12, 12, 0)), MakeFile("cpu.stat", "usage_usec 100\n")}),
       MakeDir("user.slice", {MakeDir("user-1000.slice", V2Files(6, 6, 0))}),
       MakeDir("machine.slice", {MakeDir("libpod-" + Id('3') + ".scope", V2Files(7, 7, 0)),
                                 MakeDir("libpod-conmon-" + Id('3') + ".scope", V2Files(8, 8, 0))}),
       MakeDir("batch.slice", V2Files(9, 9, 0)), MakeDir("lxc.payload.box", V2Files(10, 10, 0)),
       MakeDir("lxc", {MakeDir("old", V2Files(13, 13, 0))})});
  Read();
  EXPECT_THAT(Usages(),
              ElementsAre("cgroup/lxc.old/lxc.old 13 13 13",
                          "cgroup/lxc.payload.box/lxc.payload.box 10 10 10",
                          "docker/222222222222/222222222222 5 5 5", "docker/web/web 4 4 4",
                          "podman/db/db 7 7 7", "systemd/batch.slice/batch.slice 9 9 9",
                          "systemd/getty@tty1.service/getty@tty1.service 3 3 3",
                          "systemd/init.scope/init.scope 1 1 1",
                          "systemd/nginx.service/nginx.service 2 2 2",
                          "systemd/user-1000.slice/user-1000.slice 6 6 6"));
  EXPECT_THAT(reading_.failures, IsEmpty());
}

TEST_F(NodeReaderTest, HostWorkloadsCanBeLeftOut) {
  host_workloads_ = false;
  AddLogs();
  AddV2({MakeDir("init.scope", V2Files(1, 1, 0)),
         MakeDir("dev-hugepages.mount", V2Files(11, 11, 0)),
         MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(2, 2, 0))})})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo 2 2 2"));
}

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

TEST_F(NodeReaderTest, CountsOfTheRootThatOverflowAreRefused) {
  AddV2({});
  tree_.Write("sys/fs/cgroup/memory.stat", "anon 18446744073709551615\nfile 1\n");
  Read();
  EXPECT_FALSE(reading_.usage);
  ASSERT_THAT(reading_.failures, SizeIs(1));
  EXPECT_THAT(std::string(reading_.failures[0].status.message()),
              HasSubstr(tree_.At("sys/fs/cgroup/memory.stat").string()));
}

TEST_F(NodeReaderTest, ForgetsACgroupThatIsGone) {
  AddV2({MakeDir("a.service", V2Files(1, 1, 0)), MakeDir("b.service", V2Files(2, 2, 0))});
  Read();
  tree_.Remove("sys/fs/cgroup/a.service");
  Read();
  EXPECT_THAT(Usages(), ElementsAre("systemd/b.service/b.service 2 2 2"));
  EXPECT_THAT(reading_.failures, IsEmpty());
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

TEST_F(NodeReaderTest, KnownPodsGoBeforeLogs) {
  AddLogs();
  AddV2({MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(1, 1, 0)),
                                                         MakeDir(Id('9'), V2Files(2, 2, 0))})})});
  Read();
  reader_->SetKnownPods({{.namespace_name = "real",
                          .name = "name",
                          .uid = kBusyUid,
                          .containers = {{.name = "nine", .id = Id('9')}}}});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("real/name/demo 1 1 1", "real/name/nine 2 2 2"));
}

TEST_F(NodeReaderTest, PodIsServedAsSoonAsItsLogsAppear) {
  AddV2({MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(1, 1, 0))})})});
  Read();
  EXPECT_THAT(Usages(), IsEmpty());
  EXPECT_EQ(reading_.nameless_pods, 1u);
  AddLogs();
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo 1 1 1"));
  EXPECT_EQ(reading_.nameless_pods, 0u);
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

TEST_F(NodeReaderTest, LogNameTooLongForAWholeIdStillNamesItsContainer) {
  const std::string pod(150, 'p');
  const std::string name = pod + "_luffy_" + std::string(60, 'c') + "-" + Id('b');
  tree_.Add("var/log/pods", {MakeDir("luffy_" + pod + "_" + kBusyUid, {})});
  tree_.Add("var/log/containers", {MakeFile(name.substr(0, 251) + ".log", "")});
  AddV2({MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(1, 1, 0)),
                                                         MakeDir(Id('a'), V2Files(2, 2, 0))})})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/" + pod + "/" + std::string(60, 'c') + " 1 1 1"));
}

TEST_F(NodeReaderTest, DockersLogLinksNameContainers) {
  tree_.Add("var/log/pods/luffy_busy_" + kBusyUid + "/demo", {});
  std::filesystem::create_symlink(
      "/var/lib/docker/containers/" + Id('b') + "/" + Id('b') + "-json.log",
      tree_.At("var/log/pods/luffy_busy_" + kBusyUid + "/demo/0.log"));
  AddV2({MakeDir("kubepods", {MakeDir("pod" + kBusyUid, {MakeDir(Id('b'), V2Files(1, 1, 0))})})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo 1 1 1"));
}

}  // namespace
}  // namespace kubegauge::cgroup
