#pragma once

#include <string_view>
#include <vector>

#include "autoscaler/namespace_shards.h"
#include "autoscaler/pod.h"
#include "autoscaler/shape_index.h"
#include "kube/label_selector.h"

namespace kubegauge::autoscaler {

// All pods of a cluster, to be selected by their labels. Equal shapes must be shared (PodShapes).
// Thread-safe: sharded by namespace; a selection holds its shard's mutex for as long as it takes to
// match the shapes that can be meant and to copy the pointers of their pods.
class PodIndex {
 public:
  // As an ObjectCache's handlers tell; `pod` and `before` are the pointers that came before.
  void Add(const PodPtr& pod);
  void Update(const PodPtr& before, const PodPtr& after);
  void Remove(const PodPtr& pod);

  // By name. Takes time for the pods and shapes of the answer where the selector demands a label of
  // a certain value, and for all shapes of the namespace otherwise.
  std::vector<PodPtr> Select(std::string_view namespace_name,
                             const kube::LabelSelector& selector) const;

 private:
  NamespaceShards<ShapeIndex> namespaces_;
};

}  // namespace kubegauge::autoscaler
