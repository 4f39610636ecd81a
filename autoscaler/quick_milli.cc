#include "autoscaler/quick_milli.h"

#include <cstddef>

namespace kubegauge::autoscaler {
namespace {

struct Suffix {
  std::string_view text;
  int64_t factor;   // thousandths of one
  int64_t divisor;  // or so many make a thousandth
  size_t digits;    // at most, so that nothing overflows
};
constexpr int64_t kThousand = 1000;
constexpr Suffix kSuffixes[] = {
    {"", kThousand, 1, 15},
    {"n", 1, 1'000'000, 18},
    {"u", 1, 1'000, 18},
    {"m", 1, 1, 18},
    {"Ki", kThousand << 10, 1, 12},
    {"Mi", kThousand << 20, 1, 9},
    {"Gi", kThousand << 30, 1, 6},
};

}  // namespace

std::optional<int64_t> QuickMilli(std::string_view quantity) {
  int64_t number = 0;
  size_t digits = 0;
  while (digits < quantity.size() && quantity[digits] >= '0' && quantity[digits] <= '9') {
    if (digits == 18) return std::nullopt;
    number = number * 10 + (quantity[digits++] - '0');
  }
  if (digits == 0) return std::nullopt;
  const std::string_view text = quantity.substr(digits);
  for (const Suffix& suffix : kSuffixes) {
    if (text != suffix.text) continue;
    if (digits > suffix.digits) return std::nullopt;
    return (number * suffix.factor + suffix.divisor - 1) / suffix.divisor;
  }
  return std::nullopt;
}

}  // namespace kubegauge::autoscaler
