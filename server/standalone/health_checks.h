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
};

// The checks of the three endpoints with upstream's names and reasons (wire.md A.6), those of them
// that mean something without a cluster. They keep references to the arguments.
std::vector<apiservice::HealthCheck> HealthzChecks();
std::vector<apiservice::HealthCheck> LivezChecks(const HealthState& state, const kube::Clock& clock,
                                                 int64_t resolution_ns);
std::vector<apiservice::HealthCheck> ReadyzChecks(const HealthState& state,
                                                  const apiservice::PublishedSnapshot& snapshot);

}  // namespace kubegauge::server
