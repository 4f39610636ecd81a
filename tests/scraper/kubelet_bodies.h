#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace kubegauge::testing {

// What the kubelet of a node with one pod, default/web, of one container, app, says at an instant.
struct KubeletReading {
  int64_t time_s = 1'700'000'000;
  int64_t node_cpu_s = 1000;
  int64_t container_cpu_s = 100;
  uint64_t node_nanocores = 1'500'000'000;
  uint64_t container_nanocores = 250'000'000;
};

inline std::string ResourceText(const KubeletReading& r) {
  constexpr std::string_view kLabels = R"({container="app",namespace="default",pod="web"})";
  return fmt::format(
      "container_cpu_usage_seconds_total{0} {2} {1}000\n"
      "container_memory_working_set_bytes{0} 4096 {1}000\n"
      "container_start_time_seconds{0} 1600000000\n"
      "node_cpu_usage_seconds_total {3} {1}000\n"
      "node_memory_working_set_bytes 8192 {1}000\n",
      kLabels, r.time_s, r.container_cpu_s, r.node_cpu_s);
}

inline std::string SummaryText(const KubeletReading& r) {
  constexpr std::string_view kTime = "2023-11-14T22:13:20Z";
  const auto usage = [&](uint64_t nanocores, int64_t cpu_s, int bytes) {
    return fmt::format(
        R"("startTime":"2020-09-13T12:26:40Z",)"
        R"("cpu":{{"time":"{0}","usageNanoCores":{1},"usageCoreNanoSeconds":{2}000000000}},)"
        R"("memory":{{"time":"{0}","workingSetBytes":{3}}})",
        kTime, nanocores, cpu_s, bytes);
  };
  return fmt::format(R"({{"node":{{"nodeName":"node-1",{}}},"pods":[{{"podRef":{{"name":"web",)"
                     R"("namespace":"default","uid":"1"}},"containers":[{{"name":"app",{}}}]}}]}})",
                     usage(r.node_nanocores, r.node_cpu_s, 8192),
                     usage(r.container_nanocores, r.container_cpu_s, 4096));
}

inline std::string CadvisorText(const KubeletReading& r) {
  constexpr std::string_view kNode =
      R"({container="",id="/",image="",name="",namespace="",pod=""})";
  constexpr std::string_view kNodeCpu =
      R"({container="",cpu="total",id="/",image="",name="",namespace="",pod=""})";
  return fmt::format(
      "container_cpu_usage_seconds_total{0} {3} {2}000\n"
      "container_memory_working_set_bytes{1} 8192 {2}000\n",
      kNodeCpu, kNode, r.time_s, r.node_cpu_s);
}

}  // namespace kubegauge::testing
