#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "kube/label_selector.h"

namespace kubegauge::kube {

// metav1.LabelSelector: a label selector as objects hold it, as it stands there, that is unchecked.
struct SelectorObject {
  struct Expression {
    std::string key;
    std::string op;  // "In", "NotIn", "Exists", "DoesNotExist" where it is valid
    std::vector<std::string> values;

    bool operator==(const Expression&) const = default;
  };

  std::map<std::string, std::string> match_labels;
  std::vector<Expression> match_expressions;

  bool operator==(const SelectorObject&) const = default;
};

// As apimachinery's LabelSelectorAsSelector: an empty object selects everything. What is wrong is
// InvalidArgument with upstream's text.
absl::StatusOr<LabelSelector> ToLabelSelector(const SelectorObject& object);

// Go's %v of a *metav1.LabelSelector, which upstream's messages hold (hpa.md 7):
// "&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]…{},}".
std::string GoText(const SelectorObject& object);

}  // namespace kubegauge::kube
