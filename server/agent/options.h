#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "server/cluster/options.h"
#include "server/flags/flag_set.h"
#include "server/logging.h"

namespace kubegauge::server {

// What `kubegauge agent` was asked to do.
struct AgentOptions {
  std::string kubeconfig;
  std::string node_name;             // empty: the machine's host name
  std::filesystem::path root = "/";  // where the machine's /sys, /proc and /var/log are found
  int64_t metric_resolution_ns = kSecondNs;
  ServingFlags serving = {.secure_port = 10261};  // the next after those of Kubernetes itself
  // A kubelet's times: were they shorter than the time between two scrapes, each node would ask the
  // API server at each scrape.
  AccessFlags access = {.token_cache_ttl_ns = 120 * kSecondNs,
                        .authorized_cache_ttl_ns = 300 * kSecondNs,
                        .unauthorized_cache_ttl_ns = 30 * kSecondNs};
  LogOptions log;

  // The access flags, whose kubeconfigs are by default the main one.
  AccessFlags AccessByMainKubeconfig() const { return access.ByDefault(kubeconfig); }
};

void AddAgentFlags(FlagSet& flags, AgentOptions& options, bool& show_version);

// The first rule that the options break; one line for the operator.
absl::Status Validate(const AgentOptions& options);

}  // namespace kubegauge::server
