#include "autoscaler/quick_milli.h"

#include <algorithm>
#include <cstddef>

namespace kubegauge::autoscaler {
namespace {

// As many digits fit into 64 bits without a sign.
constexpr size_t kMostDigits = 19;

// Thousandths of one that `number` units of 1/`parts` thousandth make, rounded up.
int64_t OfParts(uint64_t number, uint64_t parts) {
  return static_cast<int64_t>((number + parts - 1) / parts);
}

int64_t Thousandfold(uint64_t number) { return static_cast<int64_t>(number) * 1000; }

}  // namespace

// Each unit takes as many digits as cannot overflow.
std::optional<int64_t> QuickMilli(std::string_view quantity) {
  const size_t most = std::min(quantity.size(), kMostDigits);
  uint64_t number = 0;
  size_t digits = 0;
  for (; digits < most; ++digits) {
    const unsigned digit = static_cast<unsigned char>(quantity[digits]) - unsigned{'0'};
    if (digit > 9) break;
    number = number * 10 + digit;
  }
  if (digits == 0 || digits == kMostDigits) return std::nullopt;
  const size_t unit_size = quantity.size() - digits;
  if (unit_size == 0) return digits <= 15 ? std::optional(Thousandfold(number)) : std::nullopt;
  const char unit = quantity[digits];
  if (unit_size == 1) {
    if (unit == 'n') return OfParts(number, 1'000'000);
    if (unit == 'u') return OfParts(number, 1'000);
    if (unit == 'm') return OfParts(number, 1);
  } else if (unit_size == 2 && quantity[digits + 1] == 'i') {
    if (unit == 'K' && digits <= 12) return Thousandfold(number) << 10;
    if (unit == 'M' && digits <= 9) return Thousandfold(number) << 20;
    if (unit == 'G' && digits <= 6) return Thousandfold(number) << 30;
  }
  return std::nullopt;
}

}  // namespace kubegauge::autoscaler
