#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "autoscaler/namespace_shards.h"
#include "autoscaler/pod.h"
#include "autoscaler/selector_index.h"
#include "autoscaler/shared_text.h"
#include "kube/label_selector.h"

namespace kubegauge::autoscaler {

// The pod selector that each HorizontalPodAutoscaler had last, to find out which of them share a
// pod (hpa.md 2.2, 5). Thread-safe: sharded by namespace, with a mutex held for one call. A
// question takes time for the labels of the shapes and the pods' own labels, the HPAs that want one
// of these labels, and those that want none of a certain value.
class SelectorRegistry {
 public:
  // Of an HPA that is seen; one that is new selects nothing yet.
  void Add(std::string_view namespace_name, const SharedText& hpa);
  // Of an HPA that was deleted.
  void Remove(std::string_view namespace_name, std::string_view hpa);
  // Replaces the selector of an HPA, unless the HPA was removed meanwhile.
  void SetSelector(std::string_view namespace_name, std::string_view hpa,
                   const kube::LabelSelector& selector);

  // "namespace/name" of all HPAs whose selectors match one of the pods of the namespace; sorted.
  std::vector<std::string> HpasSelecting(std::string_view namespace_name, Pods pods) const;

 private:
  NamespaceShards<SelectorIndex> namespaces_;
};

}  // namespace kubegauge::autoscaler
