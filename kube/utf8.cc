#include "kube/utf8.h"

#include <fmt/format.h>

#include <cstdint>

namespace kubegauge::kube {
namespace {

bool IsControl(char32_t rune) { return rune < ' ' || (rune >= 0x7F && rune < 0xA0); }

}  // namespace

Rune FirstRune(std::string_view text) {
  static constexpr Rune kInvalid{kReplacementRune, 1};
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};

  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return kInvalid;
  char32_t value = lead & (0x7F >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return kInvalid;
    value = value << 6 | (byte(i) & 0x3F);
  }
  static constexpr char32_t kSmallestOfSize[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallestOfSize[size] || value > 0x10FFFF || surrogate) return kInvalid;
  return {value, size};
}

size_t ValidUtf8Size(std::string_view text) {
  size_t size = 0;
  while (size < text.size()) {
    const Rune rune = FirstRune(text.substr(size));
    if (rune.value == kReplacementRune && rune.size == 1) break;
    size += rune.size;
  }
  return size;
}

void AppendForTerminal(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const Rune rune = FirstRune(text);
    const bool is_space = rune.value == '\t' || rune.value == '\n';
    const bool is_broken = rune.value == kReplacementRune && rune.size == 1;
    if (is_broken) {
      out += fmt::format("\\x{:02x}", static_cast<uint8_t>(text[0]));
    } else if (!is_space && IsControl(rune.value)) {
      out += fmt::format("\\x{:02x}", static_cast<uint32_t>(rune.value));
    } else {
      out.append(text.substr(0, rune.size));
    }
    text.remove_prefix(rune.size);
  }
}

std::string ToValidUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (true) {
    const size_t size = ValidUtf8Size(text);
    valid.append(text.substr(0, size));
    if (size == text.size()) return valid;
    valid.append(kReplacementText);
    text.remove_prefix(size + 1);
  }
}

}  // namespace kubegauge::kube
