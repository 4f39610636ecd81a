#include "kube/field_selector.h"

#include <fmt/format.h>

#include <array>

#include "absl/status/status.h"
#include "kube/utf8.h"

namespace kubegauge::kube {
namespace {

constexpr std::string_view kEscaped = "\\,=";

// The terms between commas; a backslash keeps the byte behind it from being a comma.
std::vector<std::string_view> SplitTerms(std::string_view text) {
  std::vector<std::string_view> terms;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ',') {
      terms.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  terms.push_back(text.substr(begin));
  return terms;
}

struct RawTerm {
  std::string_view field;
  FieldOperator op;
  std::string_view escaped_value;
};

// Splits at the first operator; a field cannot be escaped.
std::optional<RawTerm> SplitTerm(std::string_view term) {
  static constexpr std::array<std::pair<std::string_view, FieldOperator>, 3> kOperators{{
      {"!=", FieldOperator::kNotEquals},
      {"==", FieldOperator::kEquals},
      {"=", FieldOperator::kEquals},
  }};
  for (size_t i = 0; i < term.size(); ++i) {
    for (const auto& [symbol, op] : kOperators) {
      if (term.substr(i).starts_with(symbol)) {
        return RawTerm{term.substr(0, i), op, term.substr(i + symbol.size())};
      }
    }
  }
  return std::nullopt;
}

absl::Status InvalidEscape(std::string_view sequence) {
  return absl::InvalidArgumentError(
      fmt::format("invalid field selector: invalid escape sequence: {}", sequence));
}

absl::StatusOr<std::string> UnescapeValue(std::string_view escaped) {
  if (escaped.find_first_of(kEscaped) == std::string_view::npos) return std::string(escaped);
  std::string value;
  while (!escaped.empty()) {
    const bool behind_backslash = escaped[0] == '\\';
    if (behind_backslash) escaped.remove_prefix(1);
    if (escaped.empty()) return InvalidEscape("\\");
    const Rune rune = FirstRune(escaped);
    const std::string_view text =
        rune.value == kReplacementRune ? kReplacementText : escaped.substr(0, rune.size);
    escaped.remove_prefix(rune.size);
    const bool is_special = kEscaped.find(text) != std::string_view::npos;
    if (behind_backslash && !is_special) return InvalidEscape(fmt::format("\\{}", text));
    if (!behind_backslash && is_special) {
      // Upstream prints the character as a number.
      return absl::InvalidArgumentError(
          fmt::format("invalid field selector: unescaped character in value: {}",
                      static_cast<uint32_t>(rune.value)));
    }
    value.append(text);
  }
  return value;
}

}  // namespace

absl::StatusOr<FieldSelector> FieldSelector::Parse(std::string_view text) {
  std::vector<std::string_view> parts = SplitTerms(text);
  std::sort(parts.begin(), parts.end());
  std::vector<FieldTerm> terms;
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    const std::optional<RawTerm> raw = SplitTerm(part);
    if (!raw) {
      return absl::InvalidArgumentError(
          fmt::format("invalid selector: '{}'; can't understand '{}'", text, part));
    }
    absl::StatusOr<std::string> value = UnescapeValue(raw->escaped_value);
    if (!value.ok()) return value.status();
    // Upstream drops `=` and `!=` alone, whatever they would select.
    if (raw->field.empty() && value->empty()) continue;
    terms.push_back({std::string(raw->field), raw->op, *std::move(value)});
  }
  return FieldSelector(std::move(terms));
}

std::optional<std::string_view> FieldSelector::RequiresExactMatch(std::string_view field) const {
  for (const FieldTerm& term : terms_) {
    if (term.field == field && term.op == FieldOperator::kEquals) return term.value;
  }
  return std::nullopt;
}

std::string FieldSelector::ToString() const {
  std::string text;
  for (const FieldTerm& term : terms_) {
    if (!text.empty()) text += ',';
    text += term.field;
    text += term.op == FieldOperator::kEquals ? "=" : "!=";
    text += EscapeFieldValue(term.value);
  }
  return text;
}

std::string EscapeFieldValue(std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    if (kEscaped.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace kubegauge::kube
