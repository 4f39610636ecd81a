#include "kube/quantity_text.h"

#include <bit>
#include <limits>

#include "kube/decimal_text.h"

namespace kubegauge::kube {
namespace {

static_assert(kMaxQuantityText >= kMaxDecimalText);
constexpr uint64_t kMaxInt64 = std::numeric_limits<int64_t>::max();

// metrics-server hands over quantities above int64 without their last digit.
uint64_t AsServed(uint64_t value) { return value > kMaxInt64 ? value / 10 * 10 : value; }

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
  out = WriteDecimal(value, out);
  if (suffix != kUnit) *out++ = kSuffixes[suffix];
  return out;
}

char* WriteBytes(uint64_t bytes, char* out) {
  static constexpr char kSuffixes[] = {0, 'K', 'M', 'G', 'T', 'P', 'E'};
  const uint64_t value = AsServed(bytes);
  if (value < 1024) {
    if (value != 1000) return WriteDecimal(value, out);
    *out++ = '1';
    *out++ = 'k';
    return out;
  }
  const unsigned power = static_cast<unsigned>(std::countr_zero(value)) / 10;
  out = WriteDecimal(value >> (10 * power), out);
  if (power > 0) {
    *out++ = kSuffixes[power];
    *out++ = 'i';
  }
  return out;
}

}  // namespace kubegauge::kube
