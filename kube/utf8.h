#pragma once

#include <cstddef>
#include <string_view>

namespace kubegauge::kube {

// What stands for bytes that are not UTF-8.
inline constexpr char32_t kReplacementRune = 0xFFFD;
inline constexpr std::string_view kReplacementText = "\xEF\xBF\xBD";

struct Rune {
  char32_t value;
  size_t size;  // bytes
};

// The code point that `text`, which is not empty, begins with. Bytes that are not UTF-8 are
// kReplacementRune one by one, as when Go ranges over a string.
Rune FirstRune(std::string_view text);

}  // namespace kubegauge::kube
