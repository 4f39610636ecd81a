#include "apiservice/metrics_items.h"

#include <utility>

#include "scraper/pod_prefetch.h"

namespace kubegauge::apiservice {

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
    if (filter_ != nullptr && !looks_.TakeOne(*filter_, *nodes[next_])) return false;
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
    if (filter_ != nullptr && !looks_.TakeOne(*filter_, *pods[next_])) return false;
    scraper::PrefetchPods(*snapshot_, next_, end_);
    index_ = next_++;
    if (filter_ != nullptr && !filter_->Matches(*pods[index_])) continue;
    if (!snapshot_->GetPodUsage(index_, usage_)) continue;
    tally_.Served(usage_.timestamp_ns);
    return true;
  }
  return false;
}

}  // namespace kubegauge::apiservice
