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

// Where the pod stands among those of its shape, or belongs.
std::vector<PodPtr>::iterator PlaceOf(const Pod& pod, std::vector<PodPtr>& of_shape) {
  return std::lower_bound(
      of_shape.begin(), of_shape.end(), pod.name,
      [](const PodPtr& other, const std::string& name) { return other->name < name; });
}

// The pods that a selector selects, gathered shape by shape.
class Selection {
 public:
  explicit Selection(const kube::LabelSelector& selector) : selector_(selector) {}

  void AddFrom(Pods of_shape) {
    const size_t before = pods_.size();
    switch (MatchShape(selector_, *of_shape.front()->shape)) {
      case ShapeMatch::kNoPod:
        return;
      case ShapeMatch::kEachPod:
        pods_.insert(pods_.end(), of_shape.begin(), of_shape.end());
        break;
      case ShapeMatch::kByOwnLabels:
        std::ranges::copy_if(of_shape, std::back_inserter(pods_),
                             [&](const PodPtr& pod) { return MatchesPod(selector_, *pod); });
    }
    if (before > 0 && pods_.size() > before) is_mixed_ = true;
  }

  std::vector<PodPtr> ByName() && {
    if (is_mixed_) {
      std::ranges::sort(
          pods_, {}, [](const PodPtr& pod) -> auto& { return pod->name; });
    }
    return std::move(pods_);
  }

 private:
  const kube::LabelSelector& selector_;
  std::vector<PodPtr> pods_;
  bool is_mixed_ = false;  // of several shapes
};

}  // namespace

void ShapeIndex::Add(const PodPtr& pod) {
  const PodShape* shape = pod->shape.get();
  const auto [place, inserted] = shapes_.try_emplace(shape);
  place->second.insert(PlaceOf(*pod, place->second), pod);
  if (inserted) FileShape(shape);
}

void ShapeIndex::Update(const PodPtr& before, const PodPtr& after) {
  if (before->shape == after->shape) {
    const auto place = shapes_.find(before->shape.get());
    if (place == shapes_.end()) return;
    const auto pod = PlaceOf(*before, place->second);
    if (pod != place->second.end() && *pod == before) *pod = after;
    return;
  }
  Remove(before);
  Add(after);
}

void ShapeIndex::Remove(const PodPtr& pod) {
  const auto place = shapes_.find(pod->shape.get());
  if (place == shapes_.end()) return;
  std::vector<PodPtr>& of_shape = place->second;
  const auto found = PlaceOf(*pod, of_shape);
  if (found != of_shape.end() && *found == pod) of_shape.erase(found);
  if (!of_shape.empty()) return;
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
  Selection selection(selector);
  ShapeList candidates;
  if (FindCandidates(selector, candidates)) {
    // Two values of one hash would give a shape twice.
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    for (const PodShape* shape : candidates) selection.AddFrom(shapes_.find(shape)->second);
  } else {
    for (const auto& [shape, of_shape] : shapes_) selection.AddFrom(of_shape);
  }
  return std::move(selection).ByName();
}

}  // namespace kubegauge::autoscaler
