#include "kube/go_quote.h"

#include <fmt/format.h>

#include <cstdint>

#include "kube/utf8.h"

namespace kubegauge::kube {
namespace {

bool IsPrintableBeyondAscii(char32_t rune) {
  struct Range {
    char32_t first, last;
  };
  static constexpr Range kUnprintable[] = {
      {0x80, 0xA0},     {0xAD, 0xAD},     {0x61C, 0x61C},   {0x1680, 0x1680},    {0x180E, 0x180E},
      {0x2000, 0x200F}, {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000},    {0xD800, 0xF8FF},
      {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0x10FFFF},
  };
  for (const Range& range : kUnprintable) {
    if (rune >= range.first && rune <= range.last) return false;
  }
  return true;
}

// The letter of a control's escape, or 0 where it has none.
char ControlLetter(char32_t rune) {
  static constexpr std::string_view kLetters = "abtnvfr";
  return rune >= '\a' && rune <= '\r' ? kLetters[rune - '\a'] : '\0';
}

}  // namespace

std::string GoQuote(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const Rune rune = FirstRune(text);
    const std::string_view bytes = text.substr(0, rune.size);
    text.remove_prefix(rune.size);
    if (rune.value == '"' || rune.value == '\\') {
      quoted.append("\\").append(bytes);
    } else if (ControlLetter(rune.value) != 0) {
      quoted.append({'\\', ControlLetter(rune.value)});
    } else if (rune.value < ' ' || rune.value == 0x7F) {
      quoted += fmt::format("\\x{:02x}", static_cast<uint32_t>(rune.value));
    } else if (rune.value == kReplacementRune && rune.size == 1) {
      quoted += fmt::format("\\x{:02x}", static_cast<uint8_t>(bytes[0]));
    } else if (rune.value < 0x7F || IsPrintableBeyondAscii(rune.value)) {
      quoted.append(bytes);
    } else if (rune.value < 0x10000) {
      quoted += fmt::format("\\u{:04x}", static_cast<uint32_t>(rune.value));
    } else {
      quoted += fmt::format("\\U{:08x}", static_cast<uint32_t>(rune.value));
    }
  }
  return quoted + '"';
}

std::string GoTimeQuote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < ' ' || byte >= 0x80) {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace kubegauge::kube
