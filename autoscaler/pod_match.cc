#include "autoscaler/pod_match.h"

namespace kubegauge::autoscaler {

ShapeMatch MatchShape(const kube::LabelSelector& selector, const PodShape& shape) {
  ShapeMatch match = ShapeMatch::kEachPod;
  for (const kube::Requirement& requirement : selector.requirements()) {
    if (shape.FindOwnLabel(requirement.key()) != nullptr) {
      match = ShapeMatch::kByOwnLabels;
    } else if (!requirement.Matches(shape.FindLabel(requirement.key()))) {
      return ShapeMatch::kNoPod;
    }
  }
  return match;
}

}  // namespace kubegauge::autoscaler
