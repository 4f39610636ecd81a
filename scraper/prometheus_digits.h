#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "scraper/prometheus_characters.h"

namespace kubegauge::scraper {

// Runs of characters of the Prometheus text format, eight at a time.

constexpr uint64_t EachByte(uint8_t byte) { return 0x0101010101010101 * uint64_t{byte}; }
inline constexpr uint64_t kHighBits = EachByte(0x80);

// Eight characters, the first in the lowest byte.
inline uint64_t LoadEight(const char* text) {
  uint64_t word;
  std::memcpy(&word, text, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// Before how many bytes of a word the first high bit stands; 8 when there is none.
inline int BytesBefore(uint64_t high_bits) { return std::countr_zero(high_bits) / 8; }

// The high bit of each byte that is zero; also of some bytes after the first such.
constexpr uint64_t ZeroBytes(uint64_t word) { return (word - EachByte(1)) & ~word & kHighBits; }

// The number that eight digits make, each a byte of value 0 to 9 and the first the lowest.
constexpr uint64_t NumberOfDigits(uint64_t digits) {
  constexpr uint64_t kPairs = 0x000000ff000000ff;
  digits = digits * 10 + (digits >> 8);
  return ((digits & kPairs) * ((uint64_t{1'000'000} << 32) + 100) +
          ((digits >> 16) & kPairs) * ((uint64_t{10'000} << 32) + 1)) >>
         32;
}

// Appends the digits at `text` to those of `number`, modulo 2^64, and returns where they stop.
inline const char* ReadDigits(const char* text, const char* end, uint64_t& number) {
  static constexpr std::array<uint64_t, 9> kPowersOfTen = {
      1, 10, 100, 1000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};
  while (end - text >= 8) {
    if (!IsDigit(text[1])) break;  // as before the point of what has an exponent
    const uint64_t digits = LoadEight(text) ^ EachByte('0');
    const int count = BytesBefore(((digits + EachByte(0x80 - 10)) | digits) & kHighBits);
    if (count == 0) return text;
    number = number * kPowersOfTen[count] + NumberOfDigits(digits << (64 - 8 * count));
    text += count;
    if (count < 8) return text;
  }
  for (; text != end && IsDigit(*text); ++text) {
    number = number * 10 + static_cast<uint64_t>(*text - '0');
  }
  return text;
}

}  // namespace kubegauge::scraper
