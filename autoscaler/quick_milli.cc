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

}  // namespace

// Each unit takes as many digits as cannot overflow.
std::optional<int64_t> QuickMilli(std::string_view quantity) {
  const size_t most = std::min(quantity.size(), kMostDigits);
  uint64_t number = 0;
  size_t digits = 0;
  while (digits < most && quantity[digits] >= '0' && quantity[digits] <= '9') {
    number = number * 10 + static_cast<uint64_t>(quantity[digits++] - '0');
  }
  if (digits == 0 || digits == kMostDigits) return std::nullopt;
  const std::string_view unit = quantity.substr(digits);
  if (unit.empty() && digits <= 15) return static_cast<int64_t>(number) * 1000;
  if (unit == "n") return OfParts(number, 1'000'000);
  if (unit == "u") return OfParts(number, 1'000);
  if (unit == "m") return OfParts(number, 1);
  if (unit == "Ki" && digits <= 12) return (static_cast<int64_t>(number) * 1000) << 10;
  if (unit == "Mi" && digits <= 9) return (static_cast<int64_t>(number) * 1000) << 20;
  if (unit == "Gi" && digits <= 6) return (static_cast<int64_t>(number) * 1000) << 30;
  return std::nullopt;
}

}  // namespace kubegauge::autoscaler
