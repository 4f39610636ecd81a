#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "apiservice/freshness.h"
#include "kube/object_meta.h"
#include "scraper/snapshot.h"

namespace kubegauge::apiservice {

// Which objects of a list a request asks for. Pure: asked for each object.
class MetaFilter {
 public:
  virtual ~MetaFilter() = default;
  virtual bool Matches(const kube::ObjectMeta& meta) const = 0;
  // How many comparisons that takes at most, the search for a label among eight taken as one.
  virtual size_t CostOf(const kube::ObjectMeta& meta) const = 0;
};

// After about so many comparisons it is others' turn. A look at one object is never divided.
inline constexpr size_t kComparisonsAtOnce = 100'000;

// Counts the comparisons of a filter.
class LookBudget {
 public:
  // Before a look at `meta`. False: enough for now; the next time it begins anew.
  bool TakeOne(const MetaFilter& filter, const kube::ObjectMeta& meta) {
    if (left_ <= 0) {
      left_ = kComparisonsAtOnce;
      return false;
    }
    left_ -= static_cast<int64_t>(filter.CostOf(meta));
    return true;
  }

 private:
  int64_t left_ = kComparisonsAtOnce;
};

// The nodes in the half-open range [begin, end) of a snapshot's catalog that a request asks for and
// that have usage, one after the other in the order of the API. Holds the snapshot; neither copies
// nor allocates per object.
class NodeItems {
 public:
  // `filter` may be null: all of the range. `tally` is told of each item.
  NodeItems(std::shared_ptr<const scraper::Snapshot> snapshot, size_t begin, size_t end,
            std::shared_ptr<const MetaFilter> filter, FreshnessTally tally = {});

  // Goes to the next node. False behind the last, and after kComparisonsAtOnce.
  bool Next();
  // Whether Next, which has just given false, is to be called again, after a pause. Means nothing
  // once it has given true.
  bool is_paused() const { return next_ < end_; }
  // How many more there may be.
  size_t remaining() const { return end_ - next_; }
  // The node that Next found.
  const kube::ObjectMeta& meta() const { return *snapshot_->catalog().nodes()[index_]; }
  const scraper::Usage& usage() const { return *usage_; }

 private:
  std::shared_ptr<const scraper::Snapshot> snapshot_;
  std::shared_ptr<const MetaFilter> filter_;
  LookBudget looks_;
  size_t next_;
  size_t end_;
  size_t index_ = 0;
  FreshnessTally tally_;
  std::optional<scraper::Usage> usage_;
};

// The same for pods.
class PodItems {
 public:
  PodItems(std::shared_ptr<const scraper::Snapshot> snapshot, size_t begin, size_t end,
           std::shared_ptr<const MetaFilter> filter, FreshnessTally tally = {});

  bool Next();
  bool is_paused() const { return next_ < end_; }
  size_t remaining() const { return end_ - next_; }
  const kube::ObjectMeta& meta() const { return *snapshot_->catalog().pods()[index_]; }
  const scraper::PodUsage& usage() const { return usage_; }

 private:
  std::shared_ptr<const scraper::Snapshot> snapshot_;
  std::shared_ptr<const MetaFilter> filter_;
  LookBudget looks_;
  size_t next_;
  size_t end_;
  size_t index_ = 0;
  FreshnessTally tally_;
  scraper::PodUsage usage_;
};

}  // namespace kubegauge::apiservice
