#pragma once

#include <cstdint>
#include <string>

#include "autoscaler/tuning.h"

namespace kubegauge::server {

// How HPAs are handled: kube-controller-manager's flags (hpa.md 1) and kubegauge's own.
struct HpaFlags {
  autoscaler::Tuning tuning;
  int64_t sync_period_ns = 15'000'000'000;
  int64_t concurrent_syncs = 5;
  bool react_to_samples = false;
  bool watch_scale_targets = true;
  std::string hpa_api = "autoscaling/v2";
};

// Which of several processes works (kube-controller-manager's flags).
struct LeaderElectionFlags {
  bool elect = true;
  int64_t lease_duration_ns = 15'000'000'000;
  int64_t renew_deadline_ns = 10'000'000'000;
  int64_t retry_period_ns = 2'000'000'000;
  std::string resource_name = "kubegauge-autoscaler";
  std::string resource_namespace = "kube-system";
};

// The controller of HPAs, in a process of its own or in the server's.
struct AutoscalerFlags {
  float api_requests_per_second = 1000;
  int64_t api_burst = 2000;
  HpaFlags hpa;
  LeaderElectionFlags election;
};

}  // namespace kubegauge::server
