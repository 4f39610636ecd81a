#pragma once

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace kubegauge::kube {

// Bytes that WriteDecimal may write to, of which it uses at most 20.
inline constexpr size_t kMaxDecimalText = 24;

// Eight digits as characters, the first in the lowest byte. `number` is below 10^8.
constexpr uint64_t EightDigits(uint64_t number) {
  // Halves, pairs and digits, each the more significant one in the lower part.
  const uint64_t high4 = number * 109'951'163 >> 40;  // number / 10'000
  uint64_t digits = high4 | (number - high4 * 10'000) << 32;
  const uint64_t high2 = (digits * 10'486 >> 20) & 0x0000007f0000007f;  // each / 100
  digits = high2 | (digits - high2 * 100) << 16;
  const uint64_t high1 = (digits * 103 >> 10) & 0x000f000f000f000f;  // each / 10
  digits = high1 | (digits - high1 * 10) << 8;
  return digits | 0x3030303030303030;
}

// Writes eight characters, the first of which is in the lowest byte.
inline void StoreEight(uint64_t characters, char* out) {
  if constexpr (std::endian::native == std::endian::big) {
    characters = __builtin_bswap64(characters);
  }
  std::memcpy(out, &characters, sizeof characters);
}

// Writes a number below 10^8 without zeros before it, and returns the end.
inline char* WriteShortDecimal(uint64_t number, char* out) {
  const uint64_t digits = EightDigits(number);
  // A zero itself keeps its last digit.
  const int zeros = std::countr_zero((digits & 0x0f0f0f0f0f0f0f0f) | uint64_t{1} << 56) / 8;
  StoreEight(digits >> (8 * zeros), out);
  return out + 8 - zeros;
}

// Writes `number`, several digits at a time, and returns the end.
inline char* WriteDecimal(uint64_t number, char* out) {
  constexpr uint64_t kEightDigits = 100'000'000;
  if (number < kEightDigits) return WriteShortDecimal(number, out);
  const uint64_t high = number / kEightDigits;
  if (high >= kEightDigits) return std::to_chars(out, out + kMaxDecimalText, number).ptr;
  out = WriteShortDecimal(high, out);
  StoreEight(EightDigits(number % kEightDigits), out);
  return out + 8;
}

// Writes number / 10^9 without zeros at its end, and returns the end.
inline char* WriteBillionths(uint64_t number, char* out) {
  constexpr uint64_t kEightDigits = 100'000'000;
  out = WriteDecimal(number / (10 * kEightDigits), out);
  const uint64_t fraction = number % (10 * kEightDigits);
  if (fraction == 0) return out;
  out[0] = '.';
  out[1] = static_cast<char>('0' + fraction / kEightDigits);
  const uint64_t rest = EightDigits(fraction % kEightDigits);
  StoreEight(rest, out + 2);
  return out + 10 - std::countl_zero(rest & 0x0f0f0f0f0f0f0f0f) / 8;
}

}  // namespace kubegauge::kube
