#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cgroup/node_reader.h"
#include "tests/cgroup/tree_fixture.h"

namespace kubegauge::cgroup::node_reader_testing {

using ::kubegauge::testing::Entry;
using ::kubegauge::testing::MakeDir;
using ::kubegauge::testing::MakeFile;
using ::kubegauge::testing::TempTree;
using ::kubegauge::testing::V2Files;

inline constexpr int64_t kSecondNs = 1'000'000'000;
inline constexpr int64_t kNowNs = 2'000'000'000 * kSecondNs;

inline std::string Id(char digit) { return std::string(64, digit); }

inline const std::string kBusyUid = "fe386a56-12ab-42b4-8017-f6ea6a10514c";
inline const std::string kMysqlUid = "13ad1fa1-a5ed-4130-a353-cd7f02c3c43a";

// By which the file system of the tests knows when its folders were made.
inline int64_t RealTimeNs() {
  return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

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

}  // namespace kubegauge::cgroup::node_reader_testing
