#include "server/standalone/pod_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kubegauge::server {
namespace {

TEST(PodRecords, SayWhatTheReadingSays) {
  cgroup::NodeReading reading;
  reading.pods = {
      {.kind = cgroup::WorkloadKind::kKubernetes,
       .namespace_name = "luffy",
       .name = "busy",
       .uid = "fe38",
       .start_time_ns = 7,
       .containers = {{.name = "demo", .id = "8647", .start_time_ns = 9, .usage = {}}}},
      {.kind = cgroup::WorkloadKind::kSystemd,
       .namespace_name = "systemd",
       .name = "cron.service",
       .uid = "",
       .start_time_ns = 5,
       .containers = {{.name = "cron.service", .id = "", .start_time_ns = 5, .usage = {}}}},
      {.kind = cgroup::WorkloadKind::kDocker,
       .namespace_name = "docker",
       .name = "db",
       .uid = "",
       .start_time_ns = 5,
       .containers = {{.name = "db", .id = "aa9f", .start_time_ns = 5, .usage = {}}}},
  };
  const std::vector<PodRecord> records = PodRecordsOf(reading, "box");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(
      records[0],
      (PodRecord{.namespace_name = "luffy",
                 .name = "busy",
                 .uid = "fe38",
                 .creation_ns = 7,
                 .node_name = "box",
                 .containers = {{.name = "demo", .container_id = "cri://8647", .start_ns = 9}}}));
  EXPECT_EQ(records[1].containers[0].container_id, "");
  EXPECT_EQ(records[2].containers[0].container_id, "docker://aa9f");

  EXPECT_EQ(records[1].uid.size(), 36u);
  EXPECT_NE(records[1].uid, records[2].uid);
  EXPECT_EQ(records[1].uid, PodRecordsOf(reading, "box")[1].uid);
  EXPECT_NE(records[1].uid, PodRecordsOf(reading, "other")[1].uid);
}

}  // namespace
}  // namespace kubegauge::server
