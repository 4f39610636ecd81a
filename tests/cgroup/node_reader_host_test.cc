// What is served of a machine without a kubelet.

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

}  // namespace
}  // namespace kubegauge::cgroup::node_reader_testing
