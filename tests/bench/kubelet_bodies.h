#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace kubegauge::testing {

// Bodies of a kubelet with `pods` pods of one to three containers, in the order and with the number
// formats of a real one.
struct BenchContainer {
  std::string name;
  std::string pod;
  std::string namespace_name;
  int index;

  std::string Labels() const {
    return fmt::format(R"({{container="{}",namespace="{}",pod="{}"}})", name, namespace_name, pod);
  }
};

// By container, then namespace, then pod, as a Prometheus registry sorts them.
inline std::vector<BenchContainer> BenchContainers(int pods) {
  static constexpr const char* kNames[] = {"app", "istio-proxy", "log-shipper"};
  std::vector<BenchContainer> containers;
  for (int container = 0; container < 3; ++container) {
    for (int pod = 0; pod < pods; ++pod) {
      if (container > pod % 3) continue;
      containers.push_back({kNames[container],
                            fmt::format("service-{:03}-5d8f7c6b{:x}-x{:04}", pod, pod % 16, pod),
                            fmt::format("team-{}", pod * 10 / pods), pod});
    }
  }
  return containers;
}

inline std::string ResourceBody(int pods) {
  const auto containers = BenchContainers(pods);
  constexpr int64_t kTimeMs = 1795382206342;
  std::string body;
  const auto begin = [&](std::string_view metric, std::string_view type) {
    body += fmt::format("# HELP {0} [STABLE] Cumulative or current usage, as {0} says\n", metric);
    body += fmt::format("# TYPE {} {}\n", metric, type);
  };
  begin("container_cpu_usage_seconds_total", "counter");
  for (const auto& c : containers) {
    body += fmt::format("container_cpu_usage_seconds_total{} {}.{:09} {}\n", c.Labels(),
                        10 + c.index * 37, 123456789 + c.index * 7919, kTimeMs + c.index);
  }
  begin("container_memory_working_set_bytes", "gauge");
  for (const auto& c : containers) {
    body += fmt::format("container_memory_working_set_bytes{} {:.7e} {}\n", c.Labels(),
                        5.2735e7 + c.index * 4096.0 * 731, kTimeMs + c.index);
  }
  begin("container_start_time_seconds", "gauge");
  for (const auto& c : containers) {
    body += fmt::format("container_start_time_seconds{} {:.16e}\n", c.Labels(),
                        1.7953820587657964e9 + c.index * 61.7);
  }
  begin("node_cpu_usage_seconds_total", "counter");
  body += fmt::format("node_cpu_usage_seconds_total 1100598.254459 {}\n", kTimeMs);
  begin("node_memory_working_set_bytes", "gauge");
  body += fmt::format("node_memory_working_set_bytes 2.192789504e+09 {}\n", kTimeMs);
  for (const std::string_view metric :
       {"pod_cpu_usage_seconds_total", "pod_memory_working_set_bytes"}) {
    begin(metric, metric.ends_with("total") ? "counter" : "gauge");
    for (const auto& c : containers) {
      if (c.name != "app") continue;
      body += fmt::format("{}{{namespace=\"{}\",pod=\"{}\"}} {}.{} {}\n", metric, c.namespace_name,
                          c.pod, 5000 + c.index, 936251628 - c.index, kTimeMs);
    }
  }
  begin("resource_scrape_error", "gauge");
  return body + "resource_scrape_error 0\n";
}

// Indented by one space, as kubelets write it.
inline std::string SummaryBody(int pods) {
  using Json = nlohmann::ordered_json;
  constexpr std::string_view kTime = "2026-11-22T21:16:46Z";
  const Json fs = {
      {"time", kTime},        {"availableBytes", 80079446016}, {"capacityBytes", 270553174016},
      {"usedBytes", 2007040}, {"inodesFree", 16276863},        {"inodes", 16777216},
      {"inodesUsed", 15}};
  const Json interface = {{"name", "eth0"},
                          {"rxBytes", 120588214},
                          {"rxErrors", 0},
                          {"txBytes", 104310},
                          {"txErrors", 0}};
  Json network = {{"time", kTime}};
  network.update(interface);
  network["interfaces"] = Json::array({interface});
  const auto cpu = [&](int64_t nanocores) {
    return Json{{"time", kTime},
                {"usageNanoCores", nanocores},
                {"usageCoreNanoSeconds", 30423478683 + nanocores * 100}};
  };
  const auto memory = [&](int64_t bytes) {
    return Json{{"time", kTime},         {"availableBytes", 25274982400},
                {"usageBytes", bytes},   {"workingSetBytes", bytes},
                {"rssBytes", bytes / 2}, {"pageFaults", 103343},
                {"majorPageFaults", 1}};
  };

  Json summary = {{"node",
                   {{"nodeName", "node"},
                    {"systemContainers", Json::array()},
                    {"startTime", "2026-11-22T20:34:28Z"},
                    {"cpu", cpu(301481016)},
                    {"memory", memory(2192789504)},
                    {"network", network},
                    {"fs", fs},
                    {"runtime", {{"imageFs", fs}}},
                    {"rlimit", {{"time", kTime}, {"maxpid", 32768}, {"curproc", 153}}}}},
                  {"pods", Json::array()}};
  const auto containers = BenchContainers(pods);
  for (int pod = 0; pod < pods; ++pod) {
    const BenchContainer& first = containers[pod];
    Json entry = {{"podRef",
                   {{"name", first.pod},
                    {"namespace", first.namespace_name},
                    {"uid", fmt::format("fe386a56-12ab-42b4-8017-{:012x}", pod)}}},
                  {"startTime", "2026-11-22T21:14:18Z"},
                  {"containers", Json::array()}};
    for (const auto& c : containers) {
      if (c.index != pod) continue;
      entry["containers"].push_back({{"name", c.name},
                                     {"startTime", "2026-11-22T21:14:18Z"},
                                     {"cpu", cpu(1000000 + pod)},
                                     {"memory", memory(5273500 + pod * 4096)},
                                     {"rootfs", fs},
                                     {"logs", fs}});
    }
    entry["cpu"] = cpu(216158134);
    entry["memory"] = memory(10362880);
    entry["network"] = network;
    Json volume = fs;
    volume["name"] = "kube-api-access-x4rtz";
    entry["volume"] = Json::array({volume});
    entry["ephemeral-storage"] = fs;
    entry["process_stats"] = {{"process_count", 0}};
    summary["pods"].push_back(entry);
  }
  return summary.dump(1);
}

}  // namespace kubegauge::testing
