#include "server/autoscaler/sample_feed.h"

#include <chrono>
#include <memory>
#include <unordered_set>
#include <utility>

namespace kubegauge::server {
namespace {

// Beside the interval of publishing this is small; a look costs one pointer.
constexpr std::chrono::milliseconds kLookInterval{50};

}  // namespace

std::vector<kube::ObjectMetaRef> FreshPods(const scraper::Snapshot& before,
                                           const scraper::Snapshot& now) {
  std::unordered_set<const scraper::NodePoints*> known;
  known.reserve(before.points().size());
  for (const auto& points : before.points()) known.insert(points.get());
  std::vector<kube::ObjectMetaRef> pods;
  for (const auto& points : now.points()) {
    if (points == nullptr || known.contains(points.get())) continue;
    for (const scraper::NodeLayout::Pod& pod : points->layout->pods) pods.push_back(pod.meta);
  }
  return pods;
}

boost::asio::awaitable<void> FollowSamples(
    const apiservice::PublishedSnapshot& published, kube::Sleeper& sleeper,
    std::function<void(std::vector<kube::ObjectMetaRef> pods)> tell) {
  std::shared_ptr<const scraper::Snapshot> before = scraper::EmptySnapshot();
  for (;;) {
    std::shared_ptr<const scraper::Snapshot> now = published.Get();
    if (now != before) {
      std::vector<kube::ObjectMetaRef> pods = FreshPods(*before, *now);
      if (!pods.empty()) tell(std::move(pods));
      before = std::move(now);
    }
    co_await sleeper.SleepFor(kLookInterval);
  }
}

}  // namespace kubegauge::server
