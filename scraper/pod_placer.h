#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kube/object_meta.h"
#include "scraper/catalog.h"
#include "scraper/node_points.h"
#include "scraper/snapshot.h"

namespace kubegauge::scraper {

// A pod that two nodes name, and the nodes: the one whose points are served, and the other.
struct PodContest {
  kube::ObjectMetaRef pod;
  kube::ObjectMetaRef holder;
  kube::ObjectMetaRef challenger;
};

// Finds the points of each pod of the catalog. When two nodes claim one pod, the one that had it in
// the call before keeps it for as long as it names it, as all that a kubelet says of a pod may be
// wrong; unless it is overdue, so that it may be dead, and the other is not and started a container
// of the pod later. Where neither had it, as when a pod of a StatefulSet was gone and runs elsewhere now, the
// one whose container started last has it, or where that does not tell, the one that was read last.
// Not thread-safe.
class PodPlacer {
 public:
  using Places = std::shared_ptr<const Snapshot::PodPlaces>;

  // `points` is parallel to the catalog's nodes, null for a node without any, and so is `overdue`:
  // whether a newer sample of the node should have come by now.
  Places Place(std::shared_ptr<const Catalog> catalog, const Snapshot::Points& points,
               std::vector<bool> overdue);
  // Whether the last call might end otherwise with these, which are of the same catalog.
  bool DependsOn(const std::vector<bool>& overdue) const {
    return !contests_.empty() && overdue != overdue_;
  }
  // Of the last call; null before.
  const Places& places() const { return places_; }

  // Of the pods of the last call, some of those that two nodes go on to name: both were read again
  // since they did first, so that neither has just lost the pod. Each is told once for a reading of
  // both. `points` are the newest of the same catalog.
  std::vector<PodContest> FindLastingContests(const Snapshot::Points& points);

 private:
  struct Claim {
    uint32_t node;
    std::shared_ptr<const NodePoints> points;  // that made it first
  };
  struct Contest {
    PodContest names;
    Claim holder;
    Claim challenger;
  };
  class Placing;

  std::shared_ptr<const Catalog> catalog_;
  Places places_;
  std::vector<bool> overdue_;
  std::vector<Contest> contests_;
};

// The places of pods that none were known of before.
PodPlacer::Places PlacePods(const Catalog& catalog, const Snapshot::Points& points);

}  // namespace kubegauge::scraper
