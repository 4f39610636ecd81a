#include "autoscaler/label_pair.h"

namespace kubegauge::autoscaler {

std::vector<LabelPairHash> LabelPairsOf(const kube::Requirement& requirement) {
  std::vector<LabelPairHash> pairs;
  switch (requirement.op()) {
    case kube::LabelOperator::kEquals:
    case kube::LabelOperator::kDoubleEquals:
    case kube::LabelOperator::kIn:
      for (const std::string& value : requirement.values()) {
        pairs.push_back(HashLabelPair(requirement.key(), value));
      }
      break;
    default:
      break;
  }
  return pairs;
}

}  // namespace kubegauge::autoscaler
