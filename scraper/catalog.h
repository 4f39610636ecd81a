#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/object_meta.h"

namespace kubegauge::scraper {

// The nodes and running pods that exist, whether they have metrics or not: from the Kubernetes API
// in a cluster, from the machine itself in standalone. Immutable; a new one replaces it as a whole.
class Catalog {
 public:
  // In any order. Of two of one place and name the later one is kept. `unselected_nodes` exist and
  // have no metrics here, as --node-selector leaves them out.
  Catalog(std::vector<kube::ObjectMetaRef> nodes, std::vector<kube::ObjectMetaRef> pods,
          std::vector<kube::ObjectMetaRef> unselected_nodes = {});

  const std::vector<kube::ObjectMetaRef>& nodes() const { return nodes_; }  // by name
  const std::vector<kube::ObjectMetaRef>& pods() const { return pods_; }    // by namespace, name

  std::optional<size_t> FindNode(std::string_view name) const;
  // Whether there is such a node, selected or not.
  bool HasNode(std::string_view name) const;
  std::optional<size_t> FindPod(std::string_view namespace_name, std::string_view name) const;
  // The half-open range of the pods of a namespace.
  std::pair<size_t, size_t> PodsIn(std::string_view namespace_name) const;

 private:
  std::vector<kube::ObjectMetaRef> nodes_;
  std::vector<kube::ObjectMetaRef> pods_;
  std::vector<kube::ObjectMetaRef> unselected_nodes_;  // by name
};

}  // namespace kubegauge::scraper
