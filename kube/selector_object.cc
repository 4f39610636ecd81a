#include "kube/selector_object.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <utility>

#include "kube/go_quote.h"

namespace kubegauge::kube {
namespace {

std::optional<LabelOperator> OperatorOf(const std::string& op) {
  if (op == "In") return LabelOperator::kIn;
  if (op == "NotIn") return LabelOperator::kNotIn;
  if (op == "Exists") return LabelOperator::kExists;
  if (op == "DoesNotExist") return LabelOperator::kDoesNotExist;
  return std::nullopt;
}

}  // namespace

absl::StatusOr<LabelSelector> ToLabelSelector(const SelectorObject& object) {
  std::vector<Requirement> requirements;
  for (const auto& [key, value] : object.match_labels) {
    absl::StatusOr<Requirement> made = Requirement::Create(key, LabelOperator::kEquals, {value});
    if (!made.ok()) return made.status();
    requirements.push_back(*std::move(made));
  }
  for (const SelectorObject::Expression& expression : object.match_expressions) {
    const std::optional<LabelOperator> op = OperatorOf(expression.op);
    if (!op) {
      return absl::InvalidArgumentError(
          fmt::format("{} is not a valid label selector operator", GoQuote(expression.op)));
    }
    absl::StatusOr<Requirement> made = Requirement::Create(expression.key, *op, expression.values);
    if (!made.ok()) return made.status();
    requirements.push_back(*std::move(made));
  }
  return LabelSelector(std::move(requirements));
}

std::string GoText(const SelectorObject& object) {
  std::string labels;
  for (const auto& [key, value] : object.match_labels) {
    labels += fmt::format("{}: {},", key, value);
  }
  std::string expressions;
  for (const SelectorObject::Expression& expression : object.match_expressions) {
    expressions += fmt::format("LabelSelectorRequirement{{Key:{},Operator:{},Values:[{}],}},",
                               expression.key, expression.op, fmt::join(expression.values, " "));
  }
  return fmt::format(
      "&LabelSelector{{MatchLabels:map[string]string{{{}}},"
      "MatchExpressions:[]LabelSelectorRequirement{{{}}},}}",
      labels, expressions);
}

}  // namespace kubegauge::kube
