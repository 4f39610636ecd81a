#include "autoscaler/selector_registry.h"

#include <algorithm>

namespace kubegauge::autoscaler {
namespace {

void SortUnique(std::vector<std::string_view>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

void SelectorRegistry::Add(std::string_view namespace_name, const SharedText& hpa) {
  namespaces_.Change(namespace_name, [&](SelectorIndex& hpas) { hpas.Add(hpa); });
}

void SelectorRegistry::Remove(std::string_view namespace_name, std::string_view hpa) {
  namespaces_.Change(namespace_name, [&](SelectorIndex& hpas) { hpas.Remove(hpa); });
}

void SelectorRegistry::SetSelector(std::string_view namespace_name, std::string_view hpa,
                                   const kube::LabelSelector& selector) {
  namespaces_.Change(namespace_name, [&](SelectorIndex& hpas) { hpas.SetSelector(hpa, selector); });
}

std::vector<std::string> SelectorRegistry::HpasSelecting(std::string_view namespace_name,
                                                         Pods pods) const {
  std::vector<std::string> keys;
  namespaces_.Read(namespace_name, [&](const SelectorIndex& hpas) {
    std::vector<std::string_view> names;
    ForEachShape(pods, [&](Pods of_shape) { hpas.FindMatches(of_shape, names); });
    SortUnique(names);
    for (const std::string_view name : names) {
      keys.emplace_back(namespace_name).append("/").append(name);
    }
  });
  return keys;
}

}  // namespace kubegauge::autoscaler
