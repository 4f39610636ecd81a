#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "autoscaler/label_pair.h"
#include "autoscaler/pod.h"
#include "autoscaler/shared_text.h"
#include "kube/label_selector.h"

namespace kubegauge::autoscaler {

// The HPAs of one namespace with their selectors, by a label that each of them demands. Not
// thread-safe.
class SelectorIndex {
 public:
  // Does nothing where the HPA is known.
  void Add(const SharedText& hpa);
  void Remove(std::string_view hpa);
  // Does nothing where the HPA is not known.
  void SetSelector(std::string_view hpa, const kube::LabelSelector& selector);

  // Appends the names of the HPAs that select one of these pods, which are of one shape and not
  // none, each at least once. Views into this.
  void FindMatches(Pods of_shape, std::vector<std::string_view>& hpas) const;

  bool empty() const { return hpas_.empty(); }

 private:
  // By name; nullopt selects nothing.
  using Hpas = std::map<SharedText, std::optional<kube::LabelSelector>, TextLess>;
  using NamedEntry = Hpas::value_type;

  void FindUnder(LabelPairHash label, Pods of_shape, std::vector<std::string_view>& hpas) const;
  void File(const NamedEntry& hpa);
  void Unfile(const NamedEntry& hpa);
  std::vector<LabelPairHash> RarestLabels(const kube::LabelSelector& selector) const;

  Hpas hpas_;
  // Each is under the labels of one requirement.
  std::unordered_multimap<LabelPairHash, const NamedEntry*> by_label_;
  std::vector<const NamedEntry*> unfiled_;  // demand no label of a certain value
};

}  // namespace kubegauge::autoscaler
