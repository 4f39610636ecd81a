#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "scraper/catalog.h"
#include "scraper/node_points.h"

namespace kubegauge::scraper {

// The usage of the whole cluster at one instant: every node and pod of a catalog, joined with the
// points of the nodes. Immutable, so any number of threads read it without locks for as long as
// they hold it. Nodes and pods are addressed by their index in the catalog.
class Snapshot {
 public:
  // Where the points of a pod are.
  struct PodPlace {
    static constexpr uint32_t kNone = UINT32_MAX;
    uint32_t node = kNone;  // index of its node in the catalog
    uint32_t pod = 0;       // index in that node's layout
  };
  using PodPlaces = std::vector<PodPlace>;
  using Points = std::vector<std::shared_ptr<const NodePoints>>;

  // `points` is parallel to the catalog's nodes, null for a node without any; `places` is parallel
  // to its pods.
  Snapshot(std::shared_ptr<const Catalog> catalog, Points points,
           std::shared_ptr<const PodPlaces> places);

  const Catalog& catalog() const { return *catalog_; }

  // Whether the node or pod can be served, and its usage; ComputePodUsage says more.
  std::optional<Usage> NodeUsage(size_t node) const;
  bool GetPodUsage(size_t pod, PodUsage& usage) const;

  // Whether there is a node, a pod to serve; cheap unless there is none.
  bool ServesNodes() const;
  bool ServesPods() const;

  // Nodes and containers that can be served; computes the usage of them all.
  size_t CountServableNodes() const;
  size_t CountServableContainers() const;

  const Points& points() const { return points_; }
  const std::shared_ptr<const PodPlaces>& places() const { return places_; }

 private:
  std::shared_ptr<const Catalog> catalog_;
  Points points_;
  std::shared_ptr<const PodPlaces> places_;
};

// Of a cluster that nothing is known of yet.
std::shared_ptr<const Snapshot> EmptySnapshot();

}  // namespace kubegauge::scraper
