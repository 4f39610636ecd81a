#include "autoscaler/shape_index.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "autoscaler/pod_match.h"

namespace kubegauge::autoscaler {
namespace {

template <class T>
void RemoveFrom(std::vector<T>& list, const T& value) {
  const auto place = std::find(list.begin(), list.end(), value);
  if (place == list.end()) return;
  *place = std::move(list.back());
  list.pop_back();
}

// Calls `place` with where each label of the shape is filed.
void ForEachLabel(const PodShape& shape, const auto& place) {
  for (const auto& [key, value] : shape.labels) place(HashLabelPair(key, value));
  for (const OwnLabel& label : shape.own_labels) place(HashLabelKey(label.key));
}

// Appends those of the pods, which are of one shape, that the selector selects.
void SelectFrom(Pods of_shape, const kube::LabelSelector& selector, std::vector<PodPtr>& selected) {
  switch (MatchShape(selector, *of_shape.front()->shape)) {
    case ShapeMatch::kNoPod:
      return;
    case ShapeMatch::kEachPod:
      selected.insert(selected.end(), of_shape.begin(), of_shape.end());
      return;
    case ShapeMatch::kByOwnLabels:
      std::ranges::copy_if(of_shape, std::back_inserter(selected),
                           [&](const PodPtr& pod) { return MatchesPod(selector, *pod); });
  }
}

}  // namespace

void ShapeIndex::Add(const PodPtr& pod) {
  const PodShape* shape = pod->shape.get();
  const auto [place, inserted] = shapes_.try_emplace(shape);
  place->second.push_back(pod);
  if (inserted) FileShape(shape);
}

void ShapeIndex::Update(const PodPtr& before, const PodPtr& after) {
  if (before->shape == after->shape) {
    const auto place = shapes_.find(before->shape.get());
    if (place == shapes_.end()) return;
    const auto pod = std::find(place->second.begin(), place->second.end(), before);
    if (pod != place->second.end()) *pod = after;
    return;
  }
  Remove(before);
  Add(after);
}

void ShapeIndex::Remove(const PodPtr& pod) {
  const auto place = shapes_.find(pod->shape.get());
  if (place == shapes_.end()) return;
  RemoveFrom(place->second, pod);
  if (!place->second.empty()) return;
  UnfileShape(place->first);
  shapes_.erase(place);
}

void ShapeIndex::FileShape(const PodShape* shape) {
  ForEachLabel(*shape, [&](LabelPairHash label) { by_label_[label].push_back(shape); });
}

void ShapeIndex::UnfileShape(const PodShape* shape) {
  ForEachLabel(*shape, [&](LabelPairHash label) {
    const auto place = by_label_.find(label);
    if (place == by_label_.end()) return;
    RemoveFrom(place->second, shape);
    if (place->second.empty()) by_label_.erase(place);
  });
}

bool ShapeIndex::FindCandidates(const kube::LabelSelector& selector, ShapeList& candidates) const {
  std::optional<std::vector<const ShapeList*>> best;
  size_t best_size = 0;
  for (const kube::Requirement& requirement : selector.requirements()) {
    const std::vector<LabelPairHash> pairs = LabelPairsOf(requirement);
    if (pairs.empty()) continue;
    std::vector<const ShapeList*> lists;
    size_t size = 0;
    const auto look_in = [&](LabelPairHash label) {
      const auto place = by_label_.find(label);
      if (place == by_label_.end()) return;
      lists.push_back(&place->second);
      size += place->second.size();
    };
    for (const LabelPairHash pair : pairs) look_in(pair);
    look_in(HashLabelKey(requirement.key()));
    if (best && size >= best_size) continue;
    best = std::move(lists);
    best_size = size;
  }
  if (!best) return false;
  for (const ShapeList* list : *best)
    candidates.insert(candidates.end(), list->begin(), list->end());
  return true;
}

std::vector<PodPtr> ShapeIndex::Select(const kube::LabelSelector& selector) const {
  std::vector<PodPtr> pods;
  ShapeList candidates;
  if (FindCandidates(selector, candidates)) {
    // Two values of one hash would give a shape twice.
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    for (const PodShape* shape : candidates) {
      SelectFrom(shapes_.find(shape)->second, selector, pods);
    }
    return pods;
  }
  for (const auto& [shape, of_shape] : shapes_) SelectFrom(of_shape, selector, pods);
  return pods;
}

}  // namespace kubegauge::autoscaler
