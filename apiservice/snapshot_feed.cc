#include "apiservice/snapshot_feed.h"

#include <utility>

namespace kubegauge::apiservice {

constexpr int64_t kMs = 1'000'000;
// Leaves room for VersionOnTheWayTo.
constexpr uint64_t kStep = 2;

SnapshotFeed::SnapshotFeed(const PublishedSnapshot& published, const kube::Clock& clock)
    : published_(published),
      state_{.snapshot = nullptr,
             .version = static_cast<uint64_t>(clock.WallNs() / kMs) / kStep * kStep} {}

SnapshotFeed::State SnapshotFeed::Current() {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const scraper::Snapshot> newest = published_.Get();
  if (newest != state_.snapshot) {
    state_.snapshot = std::move(newest);
    state_.version += kStep;
  }
  return state_;
}

}  // namespace kubegauge::apiservice
