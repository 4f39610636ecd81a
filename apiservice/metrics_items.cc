#include "apiservice/metrics_items.h"

#include <utility>

namespace kubegauge::apiservice {
namespace {

// How many pods ahead of the one that is next.
constexpr size_t kFarthest = 16;
constexpr size_t kFar = 12;
constexpr size_t kNear = 8;
constexpr size_t kNearest = 4;

// A list is in the order of names, which is none in memory, and the points of a large cluster are
// in no cache: without this, each pod waits for four reads one after the other. Each step asks for
// what the next one follows. (Of a function that only prefetches gcc leaves out the calls.)
[[gnu::always_inline]] inline void Prefetch(const scraper::Snapshot& snapshot, size_t next,
                                            size_t end) {
  using scraper::NodePoints;
  const scraper::Snapshot::PodPlaces& places = *snapshot.places();
  const auto points_of = [&](size_t pod) -> const NodePoints* {
    const bool has_place = places[pod].node != scraper::Snapshot::PodPlace::kNone;
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

}  // namespace

NodeItems::NodeItems(std::shared_ptr<const scraper::Snapshot> snapshot, size_t begin, size_t end,
                     std::shared_ptr<const MetaFilter> filter, FreshnessTally tally)
    : snapshot_(std::move(snapshot)),
      filter_(std::move(filter)),
      next_(begin),
      end_(end),
      tally_(std::move(tally)) {}

bool NodeItems::Next() {
  const auto& nodes = snapshot_->catalog().nodes();
  while (next_ < end_) {
    index_ = next_++;
    if (filter_ != nullptr && !filter_->Matches(*nodes[index_])) continue;
    usage_ = snapshot_->NodeUsage(index_);
    if (!usage_) continue;
    tally_.Served(usage_->timestamp_ns);
    return true;
  }
  return false;
}

PodItems::PodItems(std::shared_ptr<const scraper::Snapshot> snapshot, size_t begin, size_t end,
                   std::shared_ptr<const MetaFilter> filter, FreshnessTally tally)
    : snapshot_(std::move(snapshot)),
      filter_(std::move(filter)),
      next_(begin),
      end_(end),
      tally_(std::move(tally)) {}

bool PodItems::Next() {
  const auto& pods = snapshot_->catalog().pods();
  while (next_ < end_) {
    Prefetch(*snapshot_, next_, end_);
    index_ = next_++;
    if (filter_ != nullptr && !filter_->Matches(*pods[index_])) continue;
    if (!snapshot_->GetPodUsage(index_, usage_)) continue;
    tally_.Served(usage_.timestamp_ns);
    return true;
  }
  return false;
}

}  // namespace kubegauge::apiservice
