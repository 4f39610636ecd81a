#pragma once

#include <array>
#include <cstdint>

namespace kubegauge::scraper {

// The character classes of the Prometheus text format.

constexpr bool IsBlank(char c) { return c == ' ' || c == '\t'; }
constexpr bool IsDigit(char c) { return static_cast<uint8_t>(c - '0') < 10; }
constexpr bool IsLabelNameStart(char c) {
  return static_cast<uint8_t>((c | 0x20) - 'a') < 26 || c == '_';
}
constexpr bool IsMetricNameStart(char c) { return IsLabelNameStart(c) || c == ':'; }

// A class of characters as a table, for the loops over names.
template <typename IsInClass>
constexpr std::array<bool, 256> TableOf(IsInClass is_in_class) {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) table[c] = is_in_class(static_cast<char>(c));
  return table;
}
inline constexpr auto kLabelNameCharacters =
    TableOf([](char c) { return IsLabelNameStart(c) || IsDigit(c); });
inline constexpr auto kMetricNameCharacters =
    TableOf([](char c) { return IsMetricNameStart(c) || IsDigit(c); });
constexpr bool IsLabelNameCharacter(char c) {
  return kLabelNameCharacters[static_cast<uint8_t>(c)];
}
constexpr bool IsMetricNameCharacter(char c) {
  return kMetricNameCharacters[static_cast<uint8_t>(c)];
}

// What a sample's value can consist of, before anything looks whether it is a number.
constexpr bool IsValueCharacter(char c) {
  return c != '\0' && c != '\n' && c != '{' && !IsBlank(c);
}

}  // namespace kubegauge::scraper
