// How pods, and nodes of kind, are found and named.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/cgroup/node_reader_fixture.h"

namespace kubegauge::cgroup::node_reader_testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

// Its kubepods is no more of this machine than its pods are.
TEST_F(NodeReaderTest, NodeOfKindThatIsServedAsItsContainerTellsOfNoCgroupThatHoldsPods) {
  AddLogs();
  read_details_ = true;
  const auto node_with = [](char container) {
    std::vector<Entry> kubepods = V2Files(7, 8, 0);
    kubepods.push_back(
        MakeDir("pod" + kBusyUid,
                {MakeDir(Id(container), V2Files(5, 6, 0)), MakeFile("cpu.stat", "usage_usec 5\n"),
                 MakeFile("memory.current", "6\n"), MakeFile("memory.stat", "anon 6\n")}));
    std::vector<Entry> node = V2Files(40, 50, 0);
    node.push_back(MakeDir("kubelet", {MakeDir("kubepods", kubepods)}));
    return node;
  };
  AddV2({MakeDir("docker", {MakeDir(Id('0'), node_with('f'))}),
         MakeDir("system.slice", {MakeDir("kubelet.service", V2Files(9, 9, 0))})});
  Read();
  ASSERT_THAT(reading_.system_cgroups, SizeIs(1));
  EXPECT_EQ(reading_.system_cgroups[0].kind, SystemCgroup::kKubelet);
  tree_.Remove("sys/fs/cgroup");
  reader_ = nullptr;
  AddV2({MakeDir("docker", {MakeDir(Id('0'), node_with('b'))})});
  Read();
  EXPECT_THAT(Usages(), ElementsAre("luffy/busy/demo 5 6 6"));
  ASSERT_THAT(reading_.system_cgroups, SizeIs(1));
  EXPECT_EQ(reading_.system_cgroups[0].kind, SystemCgroup::kPods);
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

// The kubelet makes a pod's cgroup, waits for its volumes or a ConfigMap, and only then logs it.
TEST_F(NodeReaderTest, PodWhoseVolumesTookLongIsServedAsSoonAsItHasAContainer) {
  AddV2({MakeDir("kubepods", {})});
  now_ns_ = RealTimeNs();
  Read();
  const std::string pod = "sys/fs/cgroup/kubepods/pod" + kBusyUid;
  tree_.Add(pod, {});
  for (int times = 0; times < 40; ++times) Read();
  EXPECT_EQ(reading_.nameless_pods, 0u) << "nothing runs in it";
  AddLogs();
  tree_.Add(pod, {MakeDir(Id('b'), V2Files(1, 1, 0))});
  Read();
  ASSERT_THAT(Usages(), ElementsAre("luffy/busy/demo 1 1 1"));
  EXPECT_TRUE(reading_.pods[0].containers[0].start_is_certain) << "it was seen to come";
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
}  // namespace kubegauge::cgroup::node_reader_testing
