#include "autoscaler/selector_registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace kubegauge::autoscaler {
namespace {

template <class T>
void SortUnique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

void SelectorRegistry::Add(std::string_view namespace_name, std::string_view hpa) {
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
  std::vector<const PodShape*> shapes;
  for (const PodPtr& pod : pods) {
    if (shapes.empty() || shapes.back() != pod->shape.get()) shapes.push_back(pod->shape.get());
  }
  SortUnique(shapes);
  return HpasOfShapes(namespace_name, shapes);
}

std::vector<std::string> SelectorRegistry::HpasOfShape(const PodShape& shape) const {
  const PodShape* const shapes[] = {&shape};
  return HpasOfShapes(shape.namespace_name, shapes);
}

std::vector<std::string> SelectorRegistry::HpasOfShapes(
    std::string_view namespace_name, std::span<const PodShape* const> shapes) const {
  std::vector<std::string> keys;
  namespaces_.Read(namespace_name, [&](const SelectorIndex& hpas) {
    std::vector<std::string_view> names;
    for (const PodShape* shape : shapes) hpas.FindMatches(*shape, names);
    SortUnique(names);
    for (const std::string_view name : names) {
      keys.push_back(fmt::format("{}/{}", namespace_name, name));
    }
  });
  return keys;
}

}  // namespace kubegauge::autoscaler
