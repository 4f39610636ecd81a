#include "kube/label_requirement.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "absl/status/status.h"
#include "kube/go_json.h"
#include "kube/go_quote.h"
#include "kube/label_validation.h"

namespace kubegauge::kube {
namespace {

std::optional<int64_t> ParseInteger(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool IsComparison(LabelOperator op) {
  return op == LabelOperator::kGreaterThan || op == LabelOperator::kLessThan;
}

// Why an operator does not take that many values, or empty.
std::string_view ValueCountFault(LabelOperator op, size_t count) {
  switch (op) {
    case LabelOperator::kIn:
    case LabelOperator::kNotIn:
      return count > 0 ? "" : "for 'in', 'notin' operators, values set can't be empty";
    case LabelOperator::kEquals:
    case LabelOperator::kDoubleEquals:
    case LabelOperator::kNotEquals:
      return count == 1 ? "" : "exact-match compatibility requires one single value";
    case LabelOperator::kExists:
    case LabelOperator::kDoesNotExist:
      return count == 0 ? "" : "values set must be empty for exists and does not exist";
    case LabelOperator::kGreaterThan:
    case LabelOperator::kLessThan:
      return count == 1 ? "" : "for 'Gt', 'Lt' operators, exactly one value is required";
  }
  return "";
}

// As Go's json.Marshal shows the slice, which is nil where there is nothing in it.
std::string JsonList(const std::vector<std::string>& values) {
  if (values.empty()) return "null";
  std::vector<std::string> quoted;
  quoted.reserve(values.size());
  for (const std::string& value : values) quoted.push_back(GoJsonQuote(value));
  return fmt::format("[{}]", fmt::join(quoted, ","));
}

std::vector<std::string> Faults(const std::string& key, LabelOperator op,
                                const std::vector<std::string>& values) {
  std::vector<std::string> faults;
  const auto add = [&](std::string_view field, std::string_view bad_value,
                       std::string_view detail) {
    faults.push_back(fmt::format("{}: Invalid value: {}: {}", field, bad_value, detail));
  };
  const auto key_faults = LabelKeyFaults(key);
  if (!key_faults.empty()) {
    add("key", GoQuote(key), fmt::format("{}", fmt::join(key_faults, "; ")));
  }
  const std::string_view count_fault = ValueCountFault(op, values.size());
  if (!count_fault.empty()) add("values", JsonList(values), count_fault);
  if (IsComparison(op)) {
    for (size_t i = 0; i < values.size(); ++i) {
      if (ParseInteger(values[i])) continue;
      add(fmt::format("values[{}]", i), GoQuote(values[i]),
          "for 'Gt', 'Lt' operators, the value must be an integer");
    }
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const auto value_faults = LabelValueFaults(values[i]);
    if (value_faults.empty()) continue;
    add(fmt::format("values[{}][{}]", i, key), GoQuote(values[i]),
        fmt::format("{}", fmt::join(value_faults, "; ")));
  }
  return faults;
}

std::string_view Symbol(LabelOperator op) {
  switch (op) {
    case LabelOperator::kEquals:
      return "=";
    case LabelOperator::kDoubleEquals:
      return "==";
    case LabelOperator::kNotEquals:
      return "!=";
    case LabelOperator::kIn:
      return " in ";
    case LabelOperator::kNotIn:
      return " notin ";
    case LabelOperator::kGreaterThan:
      return ">";
    case LabelOperator::kLessThan:
      return "<";
    case LabelOperator::kExists:
    case LabelOperator::kDoesNotExist:
      return "";
  }
  return "";
}

}  // namespace

absl::StatusOr<Requirement> Requirement::Create(std::string key, LabelOperator op,
                                                std::vector<std::string> values) {
  const std::vector<std::string> faults = Faults(key, op, values);
  if (faults.size() == 1) return absl::InvalidArgumentError(faults[0]);
  if (!faults.empty()) {
    return absl::InvalidArgumentError(fmt::format("[{}]", fmt::join(faults, ", ")));
  }
  const int64_t bound = IsComparison(op) ? *ParseInteger(values[0]) : 0;
  return Requirement(std::move(key), op, std::move(values), bound);
}

bool Requirement::Matches(std::string_view value) const {
  const bool exists = value.data() != nullptr;
  const auto is_among_values = [&] {
    return std::find(values_.begin(), values_.end(), value) != values_.end();
  };
  switch (op_) {
    case LabelOperator::kExists:
      return exists;
    case LabelOperator::kDoesNotExist:
      return !exists;
    case LabelOperator::kEquals:
    case LabelOperator::kDoubleEquals:
    case LabelOperator::kIn:
      return exists && is_among_values();
    case LabelOperator::kNotEquals:
    case LabelOperator::kNotIn:
      return !exists || !is_among_values();
    case LabelOperator::kGreaterThan:
    case LabelOperator::kLessThan: {
      const std::optional<int64_t> number = ParseInteger(value);
      if (!number) return false;
      return op_ == LabelOperator::kGreaterThan ? *number > bound_ : *number < bound_;
    }
  }
  return false;
}

std::string Requirement::ToString() const {
  const bool is_set = op_ == LabelOperator::kIn || op_ == LabelOperator::kNotIn;
  std::string text = op_ == LabelOperator::kDoesNotExist ? "!" : "";
  text += key_;
  text += Symbol(op_);
  if (!is_set && values_.size() == 1) return text += values_.front();
  std::vector<std::string_view> values(values_.begin(), values_.end());
  std::sort(values.begin(), values.end());
  text += is_set ? fmt::format("({})", fmt::join(values, ","))
                 : fmt::format("{}", fmt::join(values, ","));
  return text;
}

}  // namespace kubegauge::kube
