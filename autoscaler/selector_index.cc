#include "autoscaler/selector_index.h"

#include <algorithm>
#include <utility>

#include "autoscaler/pod_match.h"

namespace kubegauge::autoscaler {
namespace {

bool SelectsOneOf(const kube::LabelSelector& selector, Pods of_shape) {
  const ShapeMatch match = MatchShape(selector, *of_shape.front()->shape);
  if (match != ShapeMatch::kByOwnLabels) return match == ShapeMatch::kEachPod;
  return std::ranges::any_of(of_shape,
                             [&](const PodPtr& pod) { return MatchesPod(selector, *pod); });
}

}  // namespace

void SelectorIndex::Add(const SharedText& hpa) { hpas_.try_emplace(hpa); }

void SelectorIndex::Remove(std::string_view hpa) {
  const auto place = hpas_.find(hpa);
  if (place == hpas_.end()) return;
  Unfile(*place);
  hpas_.erase(place);
}

void SelectorIndex::SetSelector(std::string_view hpa, const kube::LabelSelector& selector) {
  const auto place = hpas_.find(hpa);
  if (place == hpas_.end() || place->second == selector) return;
  Unfile(*place);
  place->second = selector;
  File(*place);
}

void SelectorIndex::FindMatches(Pods of_shape, std::vector<std::string_view>& hpas) const {
  const PodShape& shape = *of_shape.front()->shape;
  for (const NamedEntry* hpa : unfiled_) {
    if (SelectsOneOf(*hpa->second, of_shape)) hpas.push_back(hpa->first);
  }
  for (const auto& [key, value] : shape.labels) {
    FindUnder(HashLabelPair(key, value), of_shape, hpas);
  }
  for (const OwnLabel& label : shape.own_labels) {
    for (size_t i = 0; i < of_shape.size(); ++i) {
      FindUnder(HashLabelPair(label.key, of_shape[i]->OwnValue(label)), of_shape.subspan(i, 1),
                hpas);
    }
  }
}

void SelectorIndex::FindUnder(LabelPairHash label, Pods of_shape,
                              std::vector<std::string_view>& hpas) const {
  for (auto [place, end] = by_label_.equal_range(label); place != end; ++place) {
    const NamedEntry& hpa = *place->second;
    if (SelectsOneOf(*hpa.second, of_shape)) hpas.push_back(hpa.first);
  }
}

void SelectorIndex::File(const NamedEntry& hpa) {
  const std::vector<LabelPairHash> labels = RarestLabels(*hpa.second);
  if (labels.empty()) unfiled_.push_back(&hpa);
  for (const LabelPairHash label : labels) by_label_.emplace(label, &hpa);
}

void SelectorIndex::Unfile(const NamedEntry& hpa) {
  if (!hpa.second) return;
  std::erase(unfiled_, &hpa);
  // Which of its requirements it is under is not kept.
  for (const kube::Requirement& requirement : hpa.second->requirements()) {
    for (const LabelPairHash label : LabelPairsOf(requirement)) {
      const auto [begin, end] = by_label_.equal_range(label);
      const auto place =
          std::find_if(begin, end, [&](const auto& filed) { return filed.second == &hpa; });
      if (place != end) by_label_.erase(place);
    }
  }
}

// Of the requirements that demand a label of a certain value, the one that shares its places with
// the fewest other selectors.
std::vector<LabelPairHash> SelectorIndex::RarestLabels(const kube::LabelSelector& selector) const {
  std::vector<LabelPairHash> rarest;
  size_t fewest = 0;
  for (const kube::Requirement& requirement : selector.requirements()) {
    std::vector<LabelPairHash> labels = LabelPairsOf(requirement);
    if (labels.empty()) continue;
    size_t others = 0;
    for (const LabelPairHash label : labels) others += by_label_.count(label);
    if (!rarest.empty() && others >= fewest) continue;
    rarest = std::move(labels);
    fewest = others;
  }
  return rarest;
}

}  // namespace kubegauge::autoscaler
