#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "scraper/prometheus_characters.h"
#include "scraper/prometheus_digits.h"

namespace kubegauge::scraper {

// Numbers of the Prometheus text format, with the float64 arithmetic of metrics-server bit by bit.

// What the Prometheus parser makes of a value: Go's strconv.ParseFloat without hexadecimal numbers
// and underscores, rounded to nearest. nullopt for other text, and for what is larger than a double
// can hold; what is smaller becomes 0.
std::optional<double> ParsePrometheusFloat(std::string_view text);

// As many decimal digits always fit 64 bits.
inline constexpr int kMaxDecimalDigits = 19;

// dividend / 10^power, rounded to nearest. `power` is no more than kMaxDecimalDigits.
double DivideByPowerOfTen(uint64_t dividend, int power);

// Reads the exponent after its 'e'; null when there is none. What is absurdly large stays so.
inline const char* ReadExponent(const char* text, const char* end, int& exponent) {
  const bool negative = text != end && *text == '-';
  if (text != end && (*text == '-' || *text == '+')) ++text;
  if (text == end || !IsDigit(*text)) return nullptr;
  int magnitude = 0;
  for (; text != end && IsDigit(*text); ++text) {
    if (magnitude < 10000) magnitude = magnitude * 10 + (*text - '0');
  }
  exponent += negative ? -magnitude : magnitude;
  return text;
}

// mantissa * 10^exponent, rounded to nearest. False when that takes more than one rounding.
inline bool ScaleDecimal(uint64_t mantissa, int exponent, double& value) {
  static constexpr uint64_t kLargestExactInteger = uint64_t{1} << 53;
  static constexpr std::array kExactPowersOfTen = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  static constexpr int kLargestExactPower = kExactPowersOfTen.size() - 1;
  if (mantissa > kLargestExactInteger) {
    if (exponent > 0 || exponent < -kMaxDecimalDigits) return false;
    value = DivideByPowerOfTen(mantissa, -exponent);
    return true;
  }
  // Both are doubles without error, so that the one division or multiplication rounds correctly.
  if (exponent < -kLargestExactPower || exponent > kLargestExactPower) return false;
  value = static_cast<double>(mantissa);
  if (exponent < 0) {
    value /= kExactPowersOfTen[-exponent];
  } else {
    value *= kExactPowersOfTen[exponent];
  }
  return true;
}

// Reads `digits[.digits][e±digits]` at `text` up to `end` or to the first other character, and
// returns where it stopped. Null when there is no such number, or when its double takes more than
// one rounding to find: ParsePrometheusFloat then knows.
inline const char* ReadShortDecimal(const char* text, const char* end, double& value) {
  uint64_t mantissa = 0;
  const char* const digits = text;
  text = ReadDigits(text, end, mantissa);
  auto digit_count = text - digits;
  int exponent = 0;
  if (text != end && *text == '.') {
    const char* const fraction = ++text;
    text = ReadDigits(text, end, mantissa);
    exponent = -static_cast<int>(text - fraction);
    digit_count += text - fraction;
  }
  if (digit_count == 0 || digit_count > kMaxDecimalDigits) return nullptr;
  if (text != end && (*text | 0x20) == 'e') {
    text = ReadExponent(text + 1, end, exponent);
    if (text == nullptr) return nullptr;
  }
  return ScaleDecimal(mantissa, exponent, value) ? text : nullptr;
}

// Go's uint64(value), truncating. 0 where Go leaves the result to the machine, which is for NaN and
// for what does not fit, so that such a counter counts as missing.
inline uint64_t TruncateToUint64(double value) {
  // Written so that NaN fails.
  return value > 0 && value < 0x1p64 ? static_cast<uint64_t>(value) : 0;
}

// Whether a double has such a value, after truncation.
inline bool FitsUint64(double value) { return value > -1 && value < 0x1p64; }

// Go's int64(value), with the same exception.
inline int64_t TruncateToInt64(double value) {
  return value >= -0x1p63 && value < 0x1p63 ? static_cast<int64_t>(value) : 0;
}

// Milliseconds since the epoch to nanoseconds. Times after the year 2262, which upstream wraps
// around, become the last instant there is.
inline int64_t NanosecondsOfTimestamp(int64_t timestamp_ms) {
  int64_t timestamp_ns;
  if (!__builtin_mul_overflow(timestamp_ms, 1'000'000, &timestamp_ns)) return timestamp_ns;
  return timestamp_ms < 0 ? std::numeric_limits<int64_t>::min()
                          : std::numeric_limits<int64_t>::max();
}

}  // namespace kubegauge::scraper
