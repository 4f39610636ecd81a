#include "kube/scale_selector.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "kube/label_selector.h"
#include "kube/status_context.h"

namespace kubegauge::kube {
namespace {

absl::Status Unsupported(std::string_view op, std::string_view fault) {
  return absl::InvalidArgumentError(fmt::format("\"{}\" {}", op, fault));
}

absl::Status AddRequirement(const Requirement& requirement, SelectorObject& object) {
  const auto add_expression = [&](const char* op) {
    object.match_expressions.push_back({requirement.key(), op, requirement.values()});
    return absl::OkStatus();
  };
  switch (requirement.op()) {
    case LabelOperator::kEquals:
    case LabelOperator::kDoubleEquals:
      object.match_labels[requirement.key()] = requirement.values().front();
      return absl::OkStatus();
    case LabelOperator::kIn:
      return add_expression("In");
    case LabelOperator::kNotIn:
      return add_expression("NotIn");
    case LabelOperator::kExists:
      return add_expression("Exists");
    case LabelOperator::kDoesNotExist:
      return add_expression("DoesNotExist");
    case LabelOperator::kGreaterThan:
      return Unsupported("gt", "isn't supported in label selectors");
    case LabelOperator::kLessThan:
      return Unsupported("lt", "isn't supported in label selectors");
    case LabelOperator::kNotEquals:
      break;
  }
  return Unsupported("!=", "is not a valid label selector operator");
}

absl::StatusOr<std::string> TextOf(const SelectorObject& object) {
  const absl::StatusOr<LabelSelector> selector = ToLabelSelector(object);
  if (!selector.ok()) return WithContext(selector.status(), "invalid label selector");
  return selector->ToString();
}

absl::StatusOr<LabelSelector> ParseSelector(std::string_view text) {
  absl::StatusOr<LabelSelector> selector = LabelSelector::Parse(text);
  if (selector.ok()) return selector;
  return absl::InvalidArgumentError(fmt::format("couldn't parse the selector string \"{}\": {}",
                                                text, std::string(selector.status().message())));
}

absl::StatusOr<SelectorObject> ToSelectorObject(const LabelSelector& selector) {
  SelectorObject object;
  for (const Requirement& requirement : selector.requirements()) {
    const absl::Status added = AddRequirement(requirement, object);
    if (!added.ok()) return added;
  }
  return object;
}

// Whether it asks for one value of each label that it names, as nearly all do: it stays as it is.
bool IsPlain(const LabelSelector& selector) {
  const std::vector<Requirement>& requirements = selector.requirements();
  const auto same_key = [](const Requirement& a, const Requirement& b) {
    return a.key() == b.key();
  };
  return std::ranges::all_of(requirements,
                             [](const Requirement& requirement) {
                               return requirement.op() == LabelOperator::kEquals;
                             }) &&
         std::ranges::adjacent_find(requirements, same_key) == requirements.end();
}

}  // namespace

absl::StatusOr<SelectorObject> ParseToSelectorObject(std::string_view text) {
  const absl::StatusOr<LabelSelector> selector = ParseSelector(text);
  if (!selector.ok()) return selector.status();
  return ToSelectorObject(*selector);
}

absl::StatusOr<std::string> NormalizeSelector(std::string_view selector) {
  if (selector.empty()) return std::string();
  constexpr std::string_view kFailed = "failed to parse target selector";
  const absl::StatusOr<LabelSelector> parsed = ParseSelector(selector);
  if (!parsed.ok()) return WithContext(parsed.status(), kFailed);
  if (IsPlain(*parsed)) return parsed->ToString();
  const absl::StatusOr<SelectorObject> object = ToSelectorObject(*parsed);
  if (!object.ok()) return WithContext(object.status(), kFailed);
  return TextOf(*object);
}

absl::StatusOr<std::string> NormalizeSelector(const std::map<std::string, std::string>& labels) {
  return TextOf({.match_labels = labels});
}

}  // namespace kubegauge::kube
