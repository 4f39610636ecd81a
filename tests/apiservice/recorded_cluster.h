#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "kube/rfc3339.h"
#include "tests/scraper/snapshot_builder.h"

namespace kubegauge::testing {

inline int64_t At(std::string_view rfc3339) { return *kube::ParseRfc3339(rfc3339); }

// An answer of a real metrics-server, testdata/metrics-server-0.6.
inline std::string Golden(const std::string& name) {
  std::ifstream file(TESTDATA_DIR "/metrics-server-0.6/" + name, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

// When the recorded answers were given.
inline int64_t RecordedAt() { return At("2026-11-22T21:35:00.999Z"); }

// The part of a cluster that they show, and a pod without metrics.
inline std::shared_ptr<const scraper::Snapshot> RecordedCluster() {
  constexpr int64_t kMs = 1'000'000;
  constexpr uint64_t kMi = 1 << 20;
  const int64_t sampled = At("2026-11-22T21:34:53.100Z");
  const auto pod = [&](const std::string& name, std::string_view app, int64_t window_ms,
                       std::pair<uint64_t, uint64_t> app_use, std::pair<uint64_t, uint64_t> side) {
    return PodUsageLiteral{
        "ns-000",
        name,
        {{"app", app}, {"pod-template-hash", "65847cf6ff"}},
        {{"app", {app_use.first, app_use.second * kMi, sampled, window_ms * kMs}},
         {"sidecar", {side.first, side.second * kMi, sampled, window_ms * kMs}}}};
  };
  return MakeSnapshot(
      {{"node-00003",
        {{"kubernetes.io/hostname", "node-00003"}, {"kubernetes.io/os", "linux"}},
        {3'500'023'375, 12'000 * kMi, sampled, 14'999 * kMs}},
       {"node-00004",
        {{"kubernetes.io/hostname", "node-00004"}, {"kubernetes.io/os", "linux"}},
        {3'500'040'112, 12'000 * kMi, sampled, 15'007 * kMs}}},
      {pod("app-00-00000-000", "app-00", 15'045, {10'000'075, 20}, {12'000'090, 21}),
       pod("app-02-00014-002", "app-02", 15'017, {130'002'106, 212}, {132'002'138, 213}),
       PodUsageLiteral{"ns-000", "unmeasured", {{"app", "new"}}, {}}});
}

}  // namespace kubegauge::testing
