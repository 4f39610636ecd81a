#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/clock.h"
#include "scraper/catalog.h"
#include "scraper/pod_placer.h"
#include "scraper/snapshot.h"

namespace kubegauge::scraper {

struct StoreOptions {
  // How often a node is meant to be scraped: the bound of the fresh-container rule.
  int64_t resolution_ns = 0;
  // How long the points of a node that can no longer be scraped are served, with their true
  // timestamps; a node or container that comes back later begins anew. Upstream drops them at the
  // first failure.
  int64_t stale_after_ns = 0;

  static StoreOptions ForResolution(int64_t resolution_ns) {
    return {.resolution_ns = resolution_ns, .stale_after_ns = 3 * resolution_ns};
  }
};

// Keeps the newest points of every node and makes snapshots of them. Has one owner: not
// thread-safe. The snapshots may go anywhere.
class Store {
 public:
  Store(StoreOptions options, const kube::Clock& clock);

  // Replaces what exists. The points of nodes that are no longer in the catalog are forgotten.
  void SetCatalog(std::shared_ptr<const Catalog> catalog);

  struct Applied {
    bool is_first_usage;  // whether the node's usage was not known before
    std::shared_ptr<const NodeLayout> layout;
  };
  // Takes in what a node said. A node that failed is simply not applied: its points stay until they
  // are stale.
  Applied Apply(std::string_view node, const Sample& sample);

  // Whether the node has points that are not stale.
  bool HasFreshPoints(std::string_view node) const;

  // The state of now: nodes whose last sample is stale have no points in it.
  std::shared_ptr<const Snapshot> MakeSnapshot();
  // Pods of the last snapshot that two nodes go on to name (PodPlacer::FindLastingContests).
  const std::vector<PodContest>& contests() const { return contests_; }

 private:
  struct NodeState {
    std::shared_ptr<const NodePoints> points;
    int64_t applied_at_ns = 0;  // monotonic
  };
  struct NameHash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };
  using NodeStates = boost::unordered_flat_map<std::string, NodeState, NameHash, std::equal_to<>>;

  bool IsFresh(const NodeState& state, int64_t now_ns) const;
  // The state of a node that there may be nothing of yet.
  NodeState& StateOf(std::string_view node);
  void FindStates();
  void PrefetchPoints() const;
  Snapshot::Points FreshPoints();
  // Of states_.
  std::vector<bool> FindOverdue() const;
  bool LayoutsChanged(const Snapshot::Points& points) const;

  StoreOptions options_;
  const kube::Clock& clock_;
  std::shared_ptr<const Catalog> catalog_;
  NodeStates nodes_;
  // Those of the catalog's nodes, null where there is none; empty after either has changed.
  std::vector<const NodeState*> states_;
  // What the last snapshot was made of, so that the next shares what did not change.
  std::shared_ptr<const Catalog> placed_catalog_;
  std::vector<std::shared_ptr<const NodeLayout>> placed_layouts_;
  PodPlacer placer_;
  std::vector<PodContest> contests_;
};

}  // namespace kubegauge::scraper
