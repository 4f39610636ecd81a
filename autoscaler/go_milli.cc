#include "autoscaler/go_milli.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <string_view>

namespace kubegauge::autoscaler {
namespace {

__extension__ using UInt128 = unsigned __int128;

constexpr int kMilli = -3;

// A canonical text without its sign: `digits` units of 10^exponent, or of 2^exponent.
struct Canonical {
  std::string_view digits;
  int exponent = 0;
  bool binary = false;
};

int ExponentOf(std::string_view suffix) {
  constexpr std::string_view kSuffixes = "num kMGTPE";
  if (suffix.empty()) return 0;
  if (suffix.size() == 1) return static_cast<int>(kSuffixes.find(suffix)) * 3 - 9;
  int exponent = 0;
  std::from_chars(suffix.data() + 1, suffix.data() + suffix.size(), exponent);
  return exponent;
}

Canonical Split(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  Canonical canonical{.digits = text.substr(0, end)};
  const std::string_view suffix = text.substr(end);
  canonical.binary = suffix.ends_with('i');
  canonical.exponent =
      canonical.binary
          ? 10 * (static_cast<int>(std::string_view("KMGTPE").find(suffix.front())) + 1)
          : ExponentOf(suffix);
  return canonical;
}

// The low 64 bits of the thousandths.
uint64_t LowBits(const Canonical& amount) {
  constexpr int kAllBits = 64;  // so many factors of ten leave none of them
  UInt128 bits = 0;
  for (const char digit : amount.digits) bits = bits * 10 + static_cast<unsigned>(digit - '0');
  if (amount.binary) return static_cast<uint64_t>(bits << amount.exponent) * 1000;
  bool rounded = false;
  for (int i = amount.exponent; i < kMilli; ++i) {
    rounded = rounded || bits % 10 != 0;
    bits /= 10;
  }
  auto low = static_cast<uint64_t>(bits) + (rounded ? 1 : 0);
  for (int i = 0; i < std::min(amount.exponent - kMilli, kAllBits); ++i) low *= 10;
  return low;
}

// Go keeps amounts of so few digits as one integer and a power of ten, and multiplies that digit by
// digit, giving 0 where it overflows, unless the power is one of those that it has a shortcut for.
bool IsZeroInGo(const Canonical& amount) {
  constexpr size_t kMostDigits = 18;
  constexpr int kLastShortcut = 6;
  return !amount.binary && amount.digits.size() <= kMostDigits && amount.exponent > kLastShortcut;
}

}  // namespace

int64_t GoMilli(const kube::Quantity& amount) {
  const int64_t milli = amount.MilliValue();
  const bool fits =
      milli != std::numeric_limits<int64_t>::max() && milli != std::numeric_limits<int64_t>::min();
  if (fits) return milli;
  const std::string text = amount.CanonicalText();
  const Canonical canonical = Split(text);
  if (IsZeroInGo(canonical)) return 0;
  const uint64_t bits = LowBits(canonical);
  return static_cast<int64_t>(amount.Sign() < 0 ? -bits : bits);
}

}  // namespace kubegauge::autoscaler
