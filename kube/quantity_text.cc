#include "kube/quantity_text.h"

#include <bit>
#include <charconv>
#include <limits>

namespace kubegauge::kube {
namespace {

constexpr uint64_t kMaxInt64 = std::numeric_limits<int64_t>::max();

// metrics-server hands over quantities above int64 without their last digit.
uint64_t AsServed(uint64_t value) { return value > kMaxInt64 ? value / 10 * 10 : value; }

char* WriteNumber(uint64_t value, char* out) {
  return std::to_chars(out, out + kMaxQuantityText, value).ptr;
}

}  // namespace

char* WriteNanocores(uint64_t nanocores, char* out) {
  static constexpr char kSuffixes[] = {'n', 'u', 'm', 0, 'k', 'M', 'G'};
  static constexpr size_t kUnit = 3;
  uint64_t value = AsServed(nanocores);
  if (value == 0) {
    *out = '0';
    return out + 1;
  }
  size_t suffix = 0;
  while (value % 1000 == 0) {
    value /= 1000;
    ++suffix;
  }
  out = WriteNumber(value, out);
  if (suffix != kUnit) *out++ = kSuffixes[suffix];
  return out;
}

char* WriteBytes(uint64_t bytes, char* out) {
  static constexpr char kSuffixes[] = {0, 'K', 'M', 'G', 'T', 'P', 'E'};
  const uint64_t value = AsServed(bytes);
  if (value < 1024) {
    if (value != 1000) return WriteNumber(value, out);
    *out++ = '1';
    *out++ = 'k';
    return out;
  }
  const int power = std::countr_zero(value) / 10;
  out = WriteNumber(value >> (10 * power), out);
  if (power > 0) {
    *out++ = kSuffixes[power];
    *out++ = 'i';
  }
  return out;
}

}  // namespace kubegauge::kube
