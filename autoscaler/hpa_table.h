#pragma once

#include <cstddef>
#include <unordered_map>

#include "autoscaler/shared_text.h"
#include "kube/object_key.h"

namespace kubegauge::autoscaler {

// What names an HPA, where something of it is kept: shared with the HPA itself.
struct HpaName {
  SharedText namespace_name;
  SharedText name;

  operator kube::ObjectKey() const { return {namespace_name, name}; }  // NOLINT: a view of it
};

struct HpaNameHash {
  using is_transparent = void;
  size_t operator()(const kube::ObjectKey& key) const { return kube::ObjectKeyHash()(key); }
};

struct HpaNameEqual {
  using is_transparent = void;
  bool operator()(const kube::ObjectKey& a, const kube::ObjectKey& b) const { return a == b; }
};

// Something for each HPA, found by a kube::ObjectKey without a copy of the names. What is in it
// stays where it is.
template <class T>
using HpaTable = std::unordered_map<HpaName, T, HpaNameHash, HpaNameEqual>;

}  // namespace kubegauge::autoscaler
