#include "autoscaler/pod_index.h"

namespace kubegauge::autoscaler {

void PodIndex::Add(const PodPtr& pod) {
  namespaces_.Change(pod->shape->namespace_name, [&](ShapeIndex& pods) { pods.Add(pod); });
}

void PodIndex::Update(const PodPtr& before, const PodPtr& after) {
  namespaces_.Change(after->shape->namespace_name,
                     [&](ShapeIndex& pods) { pods.Update(before, after); });
}

void PodIndex::Remove(const PodPtr& pod) {
  namespaces_.Change(pod->shape->namespace_name, [&](ShapeIndex& pods) { pods.Remove(pod); });
}

std::vector<PodPtr> PodIndex::Select(std::string_view namespace_name,
                                     const kube::LabelSelector& selector) const {
  std::vector<PodPtr> selected;
  namespaces_.Read(namespace_name,
                   [&](const ShapeIndex& pods) { selected = pods.Select(selector); });
  return selected;
}

}  // namespace kubegauge::autoscaler
