#pragma once

#include <cstdint>

#include "autoscaler/pod.h"
#include "kube/label_selector.h"

namespace kubegauge::autoscaler {

enum class ShapeMatch : uint8_t {
  kNoPod,
  kEachPod,
  kByOwnLabels,  // the pods' own labels decide
};

// Which pods of the shape are selected.
ShapeMatch MatchShape(const kube::LabelSelector& selector, const PodShape& shape);

inline bool MatchesPod(const kube::LabelSelector& selector, const Pod& pod) {
  return selector.MatchesLabels([&](std::string_view key) { return pod.FindLabel(key); });
}

}  // namespace kubegauge::autoscaler
