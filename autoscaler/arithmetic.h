#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace kubegauge::autoscaler {

// Go's integer and floating-point arithmetic, which decisions are made in (hpa.md 10.2).

inline int64_t WrapAdd(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

inline int32_t WrapAdd32(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}

inline int32_t WrapSubtract32(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
}

inline int64_t WrapMultiply(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

// Rounds toward zero; `b` is not zero. The smallest integer divided by -1 is itself.
inline int64_t Quotient(int64_t a, int64_t b) { return b == -1 ? WrapMultiply(a, -1) : a / b; }

// For instants, which garbage may put at the ends of the range.
inline int64_t SaturatingAdd(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}

// Rounds toward zero. What does not fit is the nearest int32, and NaN is 0.
inline int32_t SaturateToInt32(double value) {
  if (std::isnan(value)) return 0;
  if (value >= 2147483647.0) return std::numeric_limits<int32_t>::max();
  if (value <= -2147483648.0) return std::numeric_limits<int32_t>::min();
  return static_cast<int32_t>(value);
}

// Rounds toward zero. What does not fit, and NaN, is the smallest int64, as on amd64.
inline int64_t ToInt64(double value) {
  constexpr double kEnd = 9223372036854775808.0;
  if (value >= -kEnd && value < kEnd) return static_cast<int64_t>(value);
  return std::numeric_limits<int64_t>::min();
}

}  // namespace kubegauge::autoscaler
