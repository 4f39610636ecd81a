#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "kube/object_meta.h"
#include "scraper/sample.h"
#include "scraper/series.h"

namespace kubegauge::scraper {

// Which pods and containers a node has. Most samples of a node name the same ones as the sample
// before, so successive NodePoints share one layout and names are stored once. Immutable.
struct NodeLayout {
  struct Pod {
    kube::ObjectMetaRef meta;
    uint32_t first_container;  // into containers, and into NodePoints::containers
    uint32_t container_count;
  };
  struct Container {
    uint32_t name_offset;  // into names
    uint32_t name_size;
  };

  std::vector<Pod> pods;  // by namespace, then name
  std::vector<Container> containers;
  std::string names;
  // Whether some pods have records of their own, as MetaLookup knew none.
  bool has_unlisted_pods = false;
  // Whether all names are of letters, digits, '-' and '.', as those of Kubernetes are. Such names
  // mean themselves in every format.
  bool has_plain_names = true;

  std::string_view ContainerName(uint32_t container) const {
    const Container& entry = containers[container];
    return std::string_view(names).substr(entry.name_offset, entry.name_size);
  }
  // The index of the pod, or nullopt.
  std::optional<uint32_t> FindPod(std::string_view namespace_name, std::string_view name) const;
};

// All that is known of a node's usage after a sample: the two points of the node and of each of its
// containers. Immutable; a snapshot holds those of every node.
struct NodePoints {
  std::shared_ptr<const NodeLayout> layout;
  std::optional<Series> node;
  std::vector<Series> containers;  // parallel to layout->containers
};

struct ContainerUsage {
  std::string_view name;  // valid while the NodePoints live
  Usage usage;
};

// What is served of a pod. Re-used from pod to pod, so that a list allocates nothing.
struct PodUsage {
  // Of the container with the earliest last point; 0 when no container of the pod can be served.
  int64_t timestamp_ns = 0;
  int64_t window_ns = 0;
  std::vector<ContainerUsage> containers;
};

// The metadata record that a pod of this place and name shall share, or null to make a bare one.
using MetaLookup =
    absl::FunctionRef<kube::ObjectMetaRef(std::string_view namespace_name, std::string_view name)>;

// The points of a node after `sample`. `old` is null for a node seen for the first time. Pods and
// containers that the sample no longer names are forgotten; one that could not be read for more
// than `max_gap_ns` begins anew, as its average over such a time tells nothing of now.
std::shared_ptr<const NodePoints> Advance(const NodePoints* old, const Sample& sample,
                                          int64_t resolution_ns, MetaLookup find_meta,
                                          int64_t max_gap_ns = INT64_MAX);

// Fills `usage` and says whether the pod is served. It is left out while one of its containers has
// only one point; a container whose counters went backwards, or that could not be read, is left out
// alone (wire.md C.6).
bool ComputePodUsage(const NodePoints& points, uint32_t pod, PodUsage& usage);

}  // namespace kubegauge::scraper
