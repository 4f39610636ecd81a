#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace kubegauge::kube {

enum class LabelToken : uint8_t {
  kEnd,
  kIdentifier,
  kOpenParenthesis,
  kClosedParenthesis,
  kComma,
  kNot,
  kEquals,
  kDoubleEquals,
  kNotEquals,
  kGreaterThan,
  kLessThan,
  kIn,
  kNotIn,
};

struct LabelLexeme {
  LabelToken token;
  std::string_view text;

  bool operator==(const LabelLexeme&) const = default;
};

// The tokens of a label selector, the last of which is kEnd; their texts are views into `text`. Any
// text has tokens.
std::vector<LabelLexeme> LexLabelSelector(std::string_view text);

}  // namespace kubegauge::kube
