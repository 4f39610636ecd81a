#include "kube/utf8.h"

#include <cstdint>

namespace kubegauge::kube {

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

}  // namespace kubegauge::kube
