#pragma once

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/selector_object.h"

namespace kubegauge::kube {

// The selectors of Scale objects, which upstream's scale client takes apart and puts together again
// on every read (hpa.md 13).

// As apimachinery's ParseToLabelSelector: `k=v` becomes a match label (of one key the last), `in`,
// `notin`, `k` and `!k` become expressions. Anything else is InvalidArgument with upstream's text.
absl::StatusOr<SelectorObject> ParseToSelectorObject(std::string_view text);

// The text of `selector` after that: sorted by key, `==` as `=`, values sorted. Empty for an empty
// text. InvalidArgument: `failed to parse target selector: <why>`.
absl::StatusOr<std::string> NormalizeSelector(std::string_view selector);

// The text of a selector that is given as labels. InvalidArgument: `invalid label selector: <why>`.
absl::StatusOr<std::string> NormalizeSelector(const std::map<std::string, std::string>& labels);

}  // namespace kubegauge::kube
