#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <vector>

#include "autoscaler/label_pair.h"
#include "autoscaler/pod.h"
#include "kube/label_selector.h"

namespace kubegauge::autoscaler {

// The pods of one namespace by their shapes, and the shapes by their labels. Pods of one shape are
// by name; taking one out moves the pointers of those behind it. Not thread-safe.
class ShapeIndex {
 public:
  void Add(const PodPtr& pod);
  void Update(const PodPtr& before, const PodPtr& after);
  void Remove(const PodPtr& pod);

  // By name.
  std::vector<PodPtr> Select(const kube::LabelSelector& selector) const;

  bool empty() const { return shapes_.empty(); }

 private:
  using ShapeList = std::vector<const PodShape*>;

  void FileShape(const PodShape* shape);
  void UnfileShape(const PodShape* shape);
  // The shapes that can match, if the selector has a requirement that tells.
  bool FindCandidates(const kube::LabelSelector& selector, ShapeList& candidates) const;

  boost::unordered_flat_map<const PodShape*, std::vector<PodPtr>> shapes_;
  // A label with values of the pods' own has one place for all of them.
  boost::unordered_flat_map<LabelPairHash, ShapeList> by_label_;
};

}  // namespace kubegauge::autoscaler
