#pragma once

#include <boost/container_hash/hash.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

#include "kube/label_selector.h"

namespace kubegauge::autoscaler {

// Stands for a label "key=value" in an index. Different labels may have the same hash, so that what
// the index gives has to be matched against the selector still.
using LabelPairHash = uint64_t;

inline LabelPairHash HashLabelPair(std::string_view key, std::string_view value) {
  size_t seed = 0;
  boost::hash_combine(seed, key);
  boost::hash_combine(seed, value);
  return seed;
}

// Stands for all labels of the key, where an index leaves their values open.
inline LabelPairHash HashLabelKey(std::string_view key) {
  size_t seed = 0;
  boost::hash_combine(seed, key);
  return seed;
}

// The labels of which an object must have one to fulfil the requirement; empty where it can also do
// so without a label of a certain value.
std::vector<LabelPairHash> LabelPairsOf(const kube::Requirement& requirement);

}  // namespace kubegauge::autoscaler
