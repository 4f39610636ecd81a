#pragma once

#include <cstddef>
#include <cstdint>

#include "scraper/snapshot.h"

namespace kubegauge::scraper {

// For who goes through the pods of a snapshot's catalog up to `end` and is at `next`: asks for the
// memory of those that follow. They are in the order of names, which is none in memory, and the
// points of a large cluster are in no cache: without this, each pod waits for four reads one after
// the other. Each step here asks for what the next one follows. (Always inline, as gcc leaves out
// the calls of a function that only prefetches.)
[[gnu::always_inline]] inline void PrefetchPods(const Snapshot& snapshot, size_t next, size_t end) {
  // How many pods ahead.
  constexpr size_t kFarthest = 16;
  constexpr size_t kFar = 12;
  constexpr size_t kNear = 8;
  constexpr size_t kNearest = 4;
  const Snapshot::PodPlaces& places = *snapshot.places();
  const auto points_of = [&](size_t pod) -> const NodePoints* {
    const bool has_place = places[pod].node != Snapshot::PodPlace::kNone;
    return has_place ? snapshot.points()[places[pod].node].get() : nullptr;
  };
  if (end - next <= kFarthest) return;
  __builtin_prefetch(snapshot.catalog().pods()[next + kFarthest].get());
  __builtin_prefetch(points_of(next + kFarthest));
  if (const NodePoints* points = points_of(next + kFar)) {
    __builtin_prefetch(points->layout.get());
    __builtin_prefetch(snapshot.catalog().pods()[next + kFar]->labels().get());
  }
  if (const NodePoints* points = points_of(next + kNear)) {
    __builtin_prefetch(points->layout->pods.data() + places[next + kNear].pod);
  }
  if (const NodePoints* points = points_of(next + kNearest)) {
    const uint32_t container = points->layout->pods[places[next + kNearest].pod].first_container;
    __builtin_prefetch(points->layout->containers.data() + container);
    __builtin_prefetch(points->containers.data() + container);
    __builtin_prefetch(points->containers.data() + container + 1);
  }
}

}  // namespace kubegauge::scraper
