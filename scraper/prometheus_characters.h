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
constexpr bool IsLabelNameCharacter(char c) { return IsLabelNameStart(c) || IsDigit(c); }

inline constexpr std::array<bool, 256> kMetricNameCharacters = [] {
  std::array<bool, 256> is_in_name{};
  for (int c = 0; c < 256; ++c) {
    is_in_name[c] = IsMetricNameStart(static_cast<char>(c)) || IsDigit(static_cast<char>(c));
  }
  return is_in_name;
}();
constexpr bool IsMetricNameCharacter(char c) {
  return kMetricNameCharacters[static_cast<uint8_t>(c)];
}

// What a sample's value can consist of, before anything looks whether it is a number.
constexpr bool IsValueCharacter(char c) {
  return c != '\0' && c != '\n' && c != '{' && !IsBlank(c);
}

}  // namespace kubegauge::scraper
