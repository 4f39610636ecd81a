#pragma once

#include "apiservice/health.h"
#include "server/autoscaler/hpa_service.h"

namespace kubegauge::server {

// kube-controller-manager's: lets the kubelet restart a leader that is stuck. Keeps a reference.
inline apiservice::HealthCheck ElectionCheck(const HpaService& hpas) {
  return {.name = "leaderElection", .check = [&hpas] { return hpas.CheckLease(); }};
}

}  // namespace kubegauge::server
