#include "server/cluster/usage_wait.h"

#include <chrono>
#include <memory>
#include <optional>

namespace kubegauge::server {
namespace {

// Snapshots come at most five times a second.
constexpr std::chrono::milliseconds kUsageLookInterval{100};

}  // namespace

boost::asio::awaitable<void> AwaitUsage(const apiservice::PublishedSnapshot& published,
                                        const kube::Clock& clock, kube::Sleeper& sleeper,
                                        int64_t resolution_ns, HealthState& health) {
  std::shared_ptr<const scraper::Snapshot> seen;
  std::optional<int64_t> first_usage_ns;
  for (;;) {
    const int64_t now_ns = clock.MonotonicNs();
    if (first_usage_ns && now_ns - *first_usage_ns >= resolution_ns) break;
    if (std::shared_ptr<const scraper::Snapshot> snapshot = published.Get(); snapshot != seen) {
      const size_t served = snapshot->CountServableNodes();
      if (served > 0 && served >= snapshot->catalog().nodes().size()) break;
      if (served > 0 && !first_usage_ns) first_usage_ns = now_ns;
      seen = std::move(snapshot);
    }
    co_await sleeper.SleepFor(kUsageLookInterval);
  }
  health.usage_complete = true;
}

}  // namespace kubegauge::server
