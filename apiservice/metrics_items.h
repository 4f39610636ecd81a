#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "apiservice/freshness.h"
#include "kube/object_meta.h"
#include "scraper/snapshot.h"

namespace kubegauge::apiservice {

// Which objects of a list a request asks for. Pure and cheap: asked for each object.
class MetaFilter {
 public:
  virtual ~MetaFilter() = default;
  virtual bool Matches(const kube::ObjectMeta& meta) const = 0;
};

// The nodes in the half-open range [begin, end) of a snapshot's catalog that a request asks for and
// that have usage, one after the other in the order of the API. Holds the snapshot; neither copies
// nor allocates per object.
class NodeItems {
 public:
  // `filter` may be null: all of the range. `tally` is told of each item.
  NodeItems(std::shared_ptr<const scraper::Snapshot> snapshot, size_t begin, size_t end,
            std::shared_ptr<const MetaFilter> filter, FreshnessTally tally = {});

  // Goes to the next node; false behind the last.
  bool Next();
  // How many more there may be.
  size_t remaining() const { return end_ - next_; }
  // The node that Next found.
  const kube::ObjectMeta& meta() const { return *snapshot_->catalog().nodes()[index_]; }
  const scraper::Usage& usage() const { return *usage_; }

 private:
  std::shared_ptr<const scraper::Snapshot> snapshot_;
  std::shared_ptr<const MetaFilter> filter_;
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
  size_t remaining() const { return end_ - next_; }
  const kube::ObjectMeta& meta() const { return *snapshot_->catalog().pods()[index_]; }
  const scraper::PodUsage& usage() const { return usage_; }

 private:
  std::shared_ptr<const scraper::Snapshot> snapshot_;
  std::shared_ptr<const MetaFilter> filter_;
  size_t next_;
  size_t end_;
  size_t index_ = 0;
  FreshnessTally tally_;
  scraper::PodUsage usage_;
};

}  // namespace kubegauge::apiservice
