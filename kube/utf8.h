#pragma once

#include <cstddef>
#include <string>
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

// How many bytes `text` begins with that are UTF-8.
size_t ValidUtf8Size(std::string_view text);

// `text` with kReplacementText for each byte that is not UTF-8, as Go's encoding/json reads it.
std::string ToValidUtf8(std::string_view text);

// Appends `text` with its controls but tabs and line feeds, and with what is not UTF-8, as `\x1b`:
// a terminal would obey them.
void AppendForTerminal(std::string_view text, std::string& out);

}  // namespace kubegauge::kube
