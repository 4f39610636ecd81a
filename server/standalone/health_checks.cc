#include "server/standalone/health_checks.h"

#include <algorithm>

#include "absl/status/status.h"

namespace kubegauge::server {
namespace {

using apiservice::HealthCheck;

// Upstream's rule is 1.5 resolutions; the resolutions here are so short that a moment without a
// processor would break it.
constexpr int64_t kMinLatenessNs = 1'000'000'000;

absl::Status Ok() { return absl::OkStatus(); }

HealthCheck Timely(const HealthState& state, const kube::Clock& clock, int64_t resolution_ns) {
  const auto check = [&state, &clock, resolution_ns] {
    const int64_t began_ns = state.last_tick_began_ns;
    const int64_t lateness_ns = clock.MonotonicNs() - began_ns - resolution_ns;
    if (began_ns == 0 || lateness_ns <= std::max(resolution_ns / 2, kMinLatenessNs)) return Ok();
    return absl::UnavailableError("metric collection didn't finish on time");
  };
  return {.name = "metric-collection-timely", .check = check};
}

// Upstream wants a node and a pod with metrics; a machine may have no pods.
HealthCheck StorageReady(const apiservice::PublishedSnapshot& published) {
  const auto check = [&published] {
    const std::shared_ptr<const scraper::Snapshot> snapshot = published.Get();
    const bool has_pods = !snapshot->catalog().pods().empty();
    if (snapshot->CountServableNodes() > 0 &&
        (!has_pods || snapshot->CountServableContainers() > 0)) {
      return Ok();
    }
    return absl::UnavailableError("no metrics to serve");
  };
  return {.name = "metric-storage-ready", .check = check};
}

HealthCheck NotShuttingDown(const HealthState& state) {
  const auto check = [&state] {
    return state.shutting_down ? absl::UnavailableError("process is shutting down") : Ok();
  };
  return {.name = "shutdown", .check = check};
}

}  // namespace

std::vector<HealthCheck> HealthzChecks() {
  return {{.name = "ping", .check = Ok}, {.name = "log", .check = Ok}};
}

std::vector<HealthCheck> LivezChecks(const HealthState& state, const kube::Clock& clock,
                                     int64_t resolution_ns) {
  std::vector<HealthCheck> checks = HealthzChecks();
  checks.push_back(Timely(state, clock, resolution_ns));
  return checks;
}

std::vector<HealthCheck> ReadyzChecks(const HealthState& state,
                                      const apiservice::PublishedSnapshot& snapshot) {
  std::vector<HealthCheck> checks = HealthzChecks();
  checks.push_back(StorageReady(snapshot));
  checks.push_back(NotShuttingDown(state));
  return checks;
}

}  // namespace kubegauge::server
