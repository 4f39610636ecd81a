#include "apiservice/yaml_key_order.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"

namespace kubegauge::apiservice {
namespace {

// The bytes of other characters than those of ASCII sort as their code points do.
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<uint8_t>(c) >= 0x80;
}

struct Number {
  int64_t value;
  size_t end;  // behind its digits
};

// The digits of `text` from `begin` on, behind digits that stand for `value`. Too many wrap around,
// as they do upstream.
Number NumberAt(std::string_view text, size_t begin, uint64_t value) {
  size_t end = begin;
  for (; end < text.size() && absl::ascii_isdigit(text[end]); ++end) {
    value = value * 10 + static_cast<uint64_t>(text[end] - '0');
  }
  return {static_cast<int64_t>(value), end};
}

// Whether the digits in front of `at` are more than zeros.
bool ContinuesNumber(std::string_view text, size_t at) {
  while (at > 0 && absl::ascii_isdigit(text[at - 1])) {
    if (text[--at] != '0') return true;
  }
  return false;
}

}  // namespace

bool YamlKeyLess(std::string_view a, std::string_view b) {
  const size_t common = std::min(a.size(), b.size());
  const size_t at = static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + common, b.begin()).first - a.begin());
  if (at == common) return a.size() < b.size();
  const bool a_is_letter = IsLetter(a[at]);
  if (a_is_letter != IsLetter(b[at])) return !a_is_letter;
  const bool bytes_less = static_cast<uint8_t>(a[at]) < static_cast<uint8_t>(b[at]);
  if (a_is_letter) return bytes_less;
  // A zero within a number weighs; one in front of it does not.
  const bool has_zero = a[at] == '0' || b[at] == '0';
  const uint64_t before = has_zero && ContinuesNumber(a, at) ? 1 : 0;
  const Number a_number = NumberAt(a, at, before);
  const Number b_number = NumberAt(b, at, before);
  if (a_number.value != b_number.value) return a_number.value < b_number.value;
  if (a_number.end != b_number.end) return a_number.end < b_number.end;
  return bytes_less;
}

}  // namespace kubegauge::apiservice
