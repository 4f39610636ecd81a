#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "apiservice/health.h"
#include "apiservice/metrics_handler.h"
#include "kube/clock.h"

namespace kubegauge::server {

// What the rest of the program tells the health endpoints. Thread-safe.
struct HealthState {
  std::atomic<bool> shutting_down = false;
  // On the monotonic clock; 0 before the first tick.
  std::atomic<int64_t> last_tick_began_ns = 0;
  // Whether the nodes and pods of the cluster have been listed.
  std::atomic<bool> nodes_synced = false;
  std::atomic<bool> pods_synced = false;
  // Whether nodes without usage are such that need not be waited for (AwaitUsage).
  std::atomic<bool> usage_complete = false;
  // False while it is being learned whose word and certificates are to be trusted, and while the
  // certificate is not yet the one that clients expect: no client can be served then.
  std::atomic<bool> trust_known = true;
  std::atomic<bool> certificate_known = true;
};

// The checks of the three endpoints, with upstream's names and reasons (wire.md A.6). They keep
// references to the arguments.
struct HealthChecks {
  std::vector<apiservice::HealthCheck> healthz;
  std::vector<apiservice::HealthCheck> livez;
  std::vector<apiservice::HealthCheck> readyz;
};

// Those that mean something without a cluster. A machine may have no pods.
HealthChecks StandaloneHealthChecks(const HealthState& state,
                                    const apiservice::PublishedSnapshot& snapshot,
                                    const kube::Clock& clock, int64_t resolution_ns);

// All of metrics-server's. Until `live_until_ns` on the monotonic clock collecting may be late. A
// server that still waits for its API server is alive but not ready; upstream does not listen at
// all until then. Storage is ready when usage is complete: upstream's comes with a whole round of
// scrapes, ours node by node.
HealthChecks ClusterHealthChecks(const HealthState& state,
                                 const apiservice::PublishedSnapshot& snapshot,
                                 const kube::Clock& clock, int64_t resolution_ns,
                                 int64_t live_until_ns);

}  // namespace kubegauge::server
