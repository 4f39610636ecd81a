#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "kube/label_requirement.h"
#include "kube/object_meta.h"

namespace kubegauge::kube {

// A conjunction of requirements on labels, with the grammar of apimachinery's labels.Parse:
// `k`, `!k`, `k=v`, `k==v`, `k!=v`, `k in (a,b)`, `k notin (a,b)`, `k>n`, `k<n`, joined by commas.
// Immutable after construction; safe to share between threads.
class LabelSelector {
 public:
  // Selects everything.
  LabelSelector() = default;
  explicit LabelSelector(std::vector<Requirement> requirements);

  // What does not parse is InvalidArgument with exactly upstream's text.
  static absl::StatusOr<LabelSelector> Parse(std::string_view text);

  // `find_label(key)` gives the label's value as ObjectMeta::FindLabel does: data() == nullptr
  // where there is no such label.
  template <typename FindLabel>
  bool MatchesLabels(const FindLabel& find_label) const {
    return std::all_of(requirements_.begin(), requirements_.end(),
                       [&](const Requirement& requirement) {
                         return requirement.Matches(find_label(requirement.key()));
                       });
  }
  bool Matches(const ObjectMeta& object) const {
    return MatchesLabels([&](std::string_view key) { return object.FindLabel(key); });
  }

  // Whether every object is selected.
  bool empty() const { return requirements_.empty(); }

  // In the order of their keys.
  const std::vector<Requirement>& requirements() const { return requirements_; }

  // The normal text, which parses to an equal selector.
  std::string ToString() const;

  bool operator==(const LabelSelector&) const = default;

 private:
  std::vector<Requirement> requirements_;
};

}  // namespace kubegauge::kube
