#include "kube/scale_selector.h"

#include <fmt/format.h>

#include <utility>

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

}  // namespace

absl::StatusOr<SelectorObject> ParseToSelectorObject(std::string_view text) {
  const absl::StatusOr<LabelSelector> selector = LabelSelector::Parse(text);
  if (!selector.ok()) {
    return absl::InvalidArgumentError(fmt::format("couldn't parse the selector string \"{}\": {}",
                                                  text, std::string(selector.status().message())));
  }
  SelectorObject object;
  for (const Requirement& requirement : selector->requirements()) {
    const absl::Status added = AddRequirement(requirement, object);
    if (!added.ok()) return added;
  }
  return object;
}

absl::StatusOr<std::string> NormalizeSelector(std::string_view selector) {
  if (selector.empty()) return std::string();
  const absl::StatusOr<SelectorObject> object = ParseToSelectorObject(selector);
  if (!object.ok()) return WithContext(object.status(), "failed to parse target selector");
  return TextOf(*object);
}

absl::StatusOr<std::string> NormalizeSelector(const std::map<std::string, std::string>& labels) {
  return TextOf({.match_labels = labels});
}

}  // namespace kubegauge::kube
