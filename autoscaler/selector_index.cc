#include "autoscaler/selector_index.h"

#include <algorithm>
#include <utility>

namespace kubegauge::autoscaler {
namespace {

void FindIn(const auto& entries, const PodShape& shape, std::vector<std::string_view>& hpas) {
  for (const auto* hpa : entries) {
    if (hpa->second->MatchesLabels([&](std::string_view key) { return shape.FindLabel(key); })) {
      hpas.push_back(hpa->first);
    }
  }
}

}  // namespace

void SelectorIndex::Add(std::string_view hpa) {
  if (!hpas_.contains(hpa)) hpas_.try_emplace(std::string(hpa));
}

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

void SelectorIndex::FindMatches(const PodShape& shape, std::vector<std::string_view>& hpas) const {
  FindIn(unfiled_, shape, hpas);
  for (const auto& [key, value] : shape.labels) {
    const auto place = by_label_.find(HashLabelPair(key, value));
    if (place != by_label_.end()) FindIn(place->second, shape, hpas);
  }
}

void SelectorIndex::File(const NamedEntry& hpa) {
  const std::vector<LabelPairHash> labels = RarestLabels(*hpa.second);
  if (labels.empty()) unfiled_.push_back(&hpa);
  for (const LabelPairHash label : labels) by_label_[label].push_back(&hpa);
}

void SelectorIndex::Unfile(const NamedEntry& hpa) {
  if (!hpa.second) return;
  std::erase(unfiled_, &hpa);
  // Which of its requirements it is under is not kept.
  for (const kube::Requirement& requirement : hpa.second->requirements()) {
    for (const LabelPairHash label : LabelPairsOf(requirement)) {
      const auto place = by_label_.find(label);
      if (place == by_label_.end()) continue;
      std::erase(place->second, &hpa);
      if (place->second.empty()) by_label_.erase(place);
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
    for (const LabelPairHash label : labels) {
      const auto place = by_label_.find(label);
      if (place != by_label_.end()) others += place->second.size();
    }
    if (!rarest.empty() && others >= fewest) continue;
    rarest = std::move(labels);
    fewest = others;
  }
  return rarest;
}

}  // namespace kubegauge::autoscaler
