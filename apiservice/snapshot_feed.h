#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

#include "kube/clock.h"
#include "scraper/published.h"
#include "scraper/snapshot.h"

namespace kubegauge::apiservice {

using PublishedSnapshot = scraper::Published<scraper::Snapshot>;

// Numbers the states that watches see. A number is even and names exactly one snapshot; later ones
// are higher, also those of a later run of the program, as they begin with its wall clock.
// Thread-safe.
class SnapshotFeed {
 public:
  struct State {
    std::shared_ptr<const scraper::Snapshot> snapshot;
    uint64_t version = 0;
  };

  // Keeps a reference to `published`.
  SnapshotFeed(const PublishedSnapshot& published, const kube::Clock& clock);

  // The newest state. Cheap enough to be asked now and then by each of many watches, which is how
  // they learn of a new one: whoever publishes need not know of them.
  State Current();

 private:
  const PublishedSnapshot& published_;
  std::mutex mutex_;
  State state_;
};

// What a client knows between the state before and that of `version`: higher than the former, lower
// than the latter, and no state's.
constexpr uint64_t VersionOnTheWayTo(uint64_t version) { return version - 1; }

// How often a watch asks.
inline constexpr std::chrono::milliseconds kSnapshotPollInterval(500);

}  // namespace kubegauge::apiservice
