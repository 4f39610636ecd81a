#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "server/logging.h"

namespace kubegauge::server {

// What `kubegauge standalone` was asked to do, checked.
struct StandaloneOptions {
  std::filesystem::path state_dir;
  std::string bind_ip = "127.0.0.1";
  uint16_t secure_port = 6443;  // 0: any free one
  int64_t metric_resolution_ns = 1'000'000'000;
  std::filesystem::path root = "/";  // where the machine's /sys and /proc are found
  std::string node_name;             // empty: the machine's host name
  LogOptions log;
};

}  // namespace kubegauge::server
