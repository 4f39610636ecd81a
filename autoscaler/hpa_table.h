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

  // NOLINTNEXTLINE: a view of it
  operator kube::ObjectKey() const noexcept { return {namespace_name, name}; }
};

struct HpaNameHash {
  using is_transparent = void;
  // noexcept, so that a table does not keep the hash of each.
  size_t operator()(const kube::ObjectKey& key) const noexcept {
    return kube::ObjectKeyHash()(key);
  }
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
