#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

enum class FieldOperator : uint8_t { kEquals, kNotEquals };

struct FieldTerm {
  std::string field;  // a path, such as "metadata.name"
  FieldOperator op;
  std::string value;  // unescaped

  bool operator==(const FieldTerm&) const = default;
};

// A conjunction of conditions on an object's fields, with the grammar of apimachinery's
// fields.ParseSelector: `field=value`, `field==value` and `field!=value`, joined by commas. In a
// value a backslash stands before each `\`, `,` and `=`. Which fields there are is for the caller
// to check.
// Immutable after construction; safe to share between threads.
class FieldSelector {
 public:
  // Selects everything.
  FieldSelector() = default;

  // What does not parse is InvalidArgument with exactly upstream's text.
  static absl::StatusOr<FieldSelector> Parse(std::string_view text);

  // `find_field(field)` gives a field's value, as something that compares with std::string; empty
  // for a field that the object does not have.
  template <typename FindField>
  bool Matches(const FindField& find_field) const {
    return std::all_of(terms_.begin(), terms_.end(), [&](const FieldTerm& term) {
      return (find_field(term.field) == term.value) == (term.op == FieldOperator::kEquals);
    });
  }

  // The value that `field` must have to be selected, where the selector names one.
  std::optional<std::string_view> RequiresExactMatch(std::string_view field) const;

  // Whether every object is selected.
  bool empty() const { return terms_.empty(); }

  // In the bytewise order of the text they were parsed from.
  const std::vector<FieldTerm>& terms() const { return terms_; }

  // The normal text, which parses to the same terms.
  std::string ToString() const;

  bool operator==(const FieldSelector&) const = default;

 private:
  explicit FieldSelector(std::vector<FieldTerm> terms) : terms_(std::move(terms)) {}

  std::vector<FieldTerm> terms_;
};

// `value` with a backslash before each `\`, `,` and `=`, as a field selector needs it.
std::string EscapeFieldValue(std::string_view value);

}  // namespace kubegauge::kube
