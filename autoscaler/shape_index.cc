#include "autoscaler/shape_index.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace kubegauge::autoscaler {
namespace {

template <class T>
void RemoveFrom(std::vector<T>& list, const T& value) {
  const auto place = std::find(list.begin(), list.end(), value);
  if (place == list.end()) return;
  *place = std::move(list.back());
  list.pop_back();
}

bool Matches(const kube::LabelSelector& selector, const PodShape& shape) {
  return selector.MatchesLabels([&](std::string_view key) { return shape.FindLabel(key); });
}

}  // namespace

void ShapeIndex::Add(const PodPtr& pod) {
  const PodShape* shape = pod->shape.get();
  const auto [place, inserted] = shapes_.try_emplace(shape);
  place->second.push_back(pod);
  if (inserted) AddLabels(shape);
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
  RemoveLabels(place->first);
  shapes_.erase(place);
}

void ShapeIndex::AddLabels(const PodShape* shape) {
  for (const auto& [key, value] : shape->labels) {
    by_label_[HashLabelPair(key, value)].push_back(shape);
  }
}

void ShapeIndex::RemoveLabels(const PodShape* shape) {
  for (const auto& [key, value] : shape->labels) {
    const auto place = by_label_.find(HashLabelPair(key, value));
    if (place == by_label_.end()) continue;
    RemoveFrom(place->second, shape);
    if (place->second.empty()) by_label_.erase(place);
  }
}

bool ShapeIndex::FindCandidates(const kube::LabelSelector& selector, ShapeList& candidates) const {
  std::optional<std::vector<const ShapeList*>> best;
  size_t best_size = 0;
  for (const kube::Requirement& requirement : selector.requirements()) {
    const std::vector<LabelPairHash> pairs = LabelPairsOf(requirement);
    if (pairs.empty()) continue;
    std::vector<const ShapeList*> lists;
    size_t size = 0;
    for (const LabelPairHash pair : pairs) {
      const auto place = by_label_.find(pair);
      if (place == by_label_.end()) continue;
      lists.push_back(&place->second);
      size += place->second.size();
    }
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
      if (!Matches(selector, *shape)) continue;
      const auto& of_shape = shapes_.find(shape)->second;
      pods.insert(pods.end(), of_shape.begin(), of_shape.end());
    }
    return pods;
  }
  for (const auto& [shape, of_shape] : shapes_) {
    if (Matches(selector, *shape)) pods.insert(pods.end(), of_shape.begin(), of_shape.end());
  }
  return pods;
}

}  // namespace kubegauge::autoscaler
