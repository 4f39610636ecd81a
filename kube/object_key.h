#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "kube/object_meta.h"

namespace kubegauge::kube {

// What names an object among those of its kind. Views into its metadata.
struct ObjectKey {
  std::string_view namespace_name;
  std::string_view name;

  auto operator<=>(const ObjectKey&) const = default;
};

inline ObjectKey KeyOf(const ObjectMeta& meta) { return {meta.namespace_name(), meta.name()}; }

struct ObjectKeyHash {
  size_t operator()(const ObjectKey& key) const {
    const std::hash<std::string_view> hash;
    return hash(key.name) ^ (hash(key.namespace_name) * 0x9E3779B97F4A7C15u);
  }
};

// Whether namespace, name and labels are equal.
inline bool SameContent(const ObjectMeta& a, const ObjectMeta& b) {
  if (KeyOf(a) != KeyOf(b) || a.label_count() != b.label_count()) return false;
  if (a.labels() == b.labels()) return true;
  for (uint32_t i = 0; i < a.label_count(); ++i) {
    if (a.label(i) != b.label(i)) return false;
  }
  return true;
}

}  // namespace kubegauge::kube
