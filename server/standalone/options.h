#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "kube/time_units.h"
#include "server/autoscaler/autoscaler_flags.h"
#include "server/logging.h"

namespace kubegauge::server {

// What `kubegauge standalone` was asked to do, checked.
struct StandaloneOptions {
  std::filesystem::path state_dir;
  std::string bind_ip = "127.0.0.1";
  uint16_t secure_port = 6443;  // 0: any free one
  int64_t metric_resolution_ns = kube::kNsPerSecond;
  std::filesystem::path root = "/";  // where the machine's /sys and /proc are found
  std::string node_name;             // empty: the machine's host name
  // Where simulated loads of the form csv:FILE are; empty: there are none.
  std::filesystem::path simulated_load_dir;
  // How long after their creation the simulated pods of Deployments are ready.
  int64_t simulated_start_delay_ns = 2'000'000'000;
  // Whether HorizontalPodAutoscalers are acted on. There is no other process to share the work
  // with.
  bool runs_autoscaler = true;
  AutoscalerFlags autoscaler = {.hpa = {.react_to_samples = true}, .election = {.elect = false}};
  LogOptions log;
};

}  // namespace kubegauge::server
