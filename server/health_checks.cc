#include "server/health_checks.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "kube/time_units.h"

namespace kubegauge::server {
namespace {

using apiservice::HealthCheck;

// Upstream's rule is 1.5 resolutions; a resolution may be so short that a moment without a
// processor would break it.
constexpr int64_t kMinLatenessNs = kube::kNsPerSecond;

absl::Status Ok() { return absl::OkStatus(); }

absl::Status Unless(bool good, const char* reason) {
  return good ? absl::OkStatus() : absl::UnavailableError(reason);
}

// Upstream's checks of parts that cannot fail here.
std::vector<HealthCheck> Sound(std::initializer_list<const char*> names) {
  std::vector<HealthCheck> checks;
  for (const char* name : names) checks.push_back({.name = name, .check = Ok});
  return checks;
}

std::vector<HealthCheck> SoundInCluster() {
  return Sound({"ping", "log", "poststarthook/max-in-flight-filter",
                "poststarthook/storage-object-count-tracker-hook"});
}

HealthCheck Timely(const HealthState& state, const kube::Clock& clock, int64_t resolution_ns,
                   int64_t live_until_ns) {
  const auto check = [&state, &clock, resolution_ns, live_until_ns] {
    const int64_t now_ns = clock.MonotonicNs();
    const int64_t began_ns = state.last_tick_began_ns;
    const int64_t lateness_ns = now_ns - began_ns - resolution_ns;
    return Unless(began_ns == 0 || now_ns < live_until_ns ||
                      lateness_ns <= std::max(resolution_ns / 2, kMinLatenessNs),
                  "metric collection didn't finish on time");
  };
  return {.name = "metric-collection-timely", .check = check};
}

HealthCheck StorageReady(std::function<bool()> serves) {
  const auto check = [serves = std::move(serves)] {
    return Unless(serves(), "no metrics to serve");
  };
  return {.name = "metric-storage-ready", .check = check};
}

HealthCheck StandaloneStorageReady(const apiservice::PublishedSnapshot& published) {
  return StorageReady([&published] {
    const std::shared_ptr<const scraper::Snapshot> snapshot = published.Get();
    return snapshot->ServesNodes() &&
           (snapshot->catalog().pods().empty() || snapshot->ServesPods());
  });
}

HealthCheck ClusterStorageReady(const HealthState& state,
                                const apiservice::PublishedSnapshot& published) {
  return StorageReady([&state, &published] {
    if (!state.usage_complete) return false;
    const std::shared_ptr<const scraper::Snapshot> snapshot = published.Get();
    return snapshot->ServesNodes() && snapshot->ServesPods();
  });
}

HealthCheck MetricInformersSynced(const HealthState& state) {
  const auto check = [&state] {
    const absl::Status nodes = Unless(state.nodes_synced, "cache for node informer has not synced");
    return nodes.ok() ? Unless(state.pods_synced, "cache for pod informer has not synced") : nodes;
  };
  return {.name = "metric-informer-sync", .check = check};
}

HealthCheck MetadataInformerSynced(const HealthState& state) {
  const auto check = [&state] {
    absl::Status good = Unless(state.pods_synced, "cache for pod informer has not synced");
    good.Update(Unless(state.trust_known, "extension-apiserver-authentication has not been read"));
    good.Update(Unless(state.certificate_known, "the serving certificate is not registered yet"));
    return good;
  };
  return {.name = "metadata-informer-sync", .check = check};
}

HealthCheck NotShuttingDown(const HealthState& state) {
  const auto check = [&state] { return Unless(!state.shutting_down, "process is shutting down"); };
  return {.name = "shutdown", .check = check};
}

}  // namespace

HealthChecks StandaloneHealthChecks(const HealthState& state,
                                    const apiservice::PublishedSnapshot& snapshot,
                                    const kube::Clock& clock, int64_t resolution_ns) {
  const std::vector<HealthCheck> sound = Sound({"ping", "log"});
  HealthChecks checks{.healthz = sound, .livez = sound, .readyz = sound};
  checks.livez.push_back(Timely(state, clock, resolution_ns, std::numeric_limits<int64_t>::min()));
  checks.readyz.push_back(StandaloneStorageReady(snapshot));
  checks.readyz.push_back(NotShuttingDown(state));
  return checks;
}

HealthChecks ClusterHealthChecks(const HealthState& state,
                                 const apiservice::PublishedSnapshot& snapshot,
                                 const kube::Clock& clock, int64_t resolution_ns,
                                 int64_t live_until_ns) {
  const std::vector<HealthCheck> sound = SoundInCluster();
  const HealthCheck alive = {.name = "metadata-informer-sync", .check = Ok};
  HealthChecks checks{.healthz = sound, .livez = sound, .readyz = sound};
  checks.healthz.push_back(alive);
  checks.livez.push_back(Timely(state, clock, resolution_ns, live_until_ns));
  checks.livez.push_back(alive);
  checks.readyz.push_back(ClusterStorageReady(state, snapshot));
  checks.readyz.push_back(MetricInformersSynced(state));
  checks.readyz.push_back(MetadataInformerSynced(state));
  checks.readyz.push_back(NotShuttingDown(state));
  return checks;
}

}  // namespace kubegauge::server
