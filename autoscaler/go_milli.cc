#include "autoscaler/go_milli.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <string_view>

#include "autoscaler/written_amount.h"

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

// Go keeps amounts of so few digits as one integer and a power of ten.
constexpr size_t kMostDigitsOfInteger = 18;

// Such an integer it multiplies digit by digit, giving 0 where it overflows, unless the power is
// one of those that it has a shortcut for.
bool IsZeroInGo(const Canonical& amount) {
  constexpr int kLastShortcut = 6;
  return !amount.binary && amount.digits.size() <= kMostDigitsOfInteger &&
         amount.exponent > kLastShortcut;
}

// Other amounts are big decimals of nano units to Go. Of a negative one it takes the low 64 bits,
// cuts off what is no thousandth, and adds one where there was something.
int64_t BigNegative(const Canonical& amount) {
  constexpr int64_t kNanosOfMilli = 1'000'000;
  constexpr int kNano = -9;
  constexpr int kAllBits = 64;
  uint64_t nanos = 0;
  for (const char digit : amount.digits) nanos = nanos * 10 + static_cast<unsigned>(digit - '0');
  if (amount.binary) nanos <<= amount.exponent;
  const int power = (amount.binary ? 0 : amount.exponent) - kNano;
  for (int i = 0; i < std::min(power, kAllBits); ++i) nanos *= 10;
  const auto value = static_cast<int64_t>(-nanos);
  return value / kNanosOfMilli + (value % kNanosOfMilli != 0 ? 1 : 0);
}

bool Fits(int64_t milli) {
  return milli != std::numeric_limits<int64_t>::max() &&
         milli != std::numeric_limits<int64_t>::min();
}

int64_t Negative(const kube::Quantity& amount, bool is_big) {
  const int64_t milli = amount.MilliValue();
  const std::string text = amount.CanonicalText();
  const Canonical canonical = Split(text);
  if (is_big || canonical.digits.size() > kMostDigitsOfInteger ||
      (canonical.binary && !Fits(milli))) {
    return BigNegative(canonical);
  }
  if (Fits(milli)) return milli;
  return IsZeroInGo(canonical) ? 0 : static_cast<int64_t>(-LowBits(canonical));
}

}  // namespace

int64_t GoMilli(const kube::Quantity& amount) {
  if (amount.Sign() < 0) return Negative(amount, /*is_big=*/false);
  const int64_t milli = amount.MilliValue();
  if (Fits(milli)) return milli;
  const std::string text = amount.CanonicalText();
  const Canonical canonical = Split(text);
  return IsZeroInGo(canonical) ? 0 : static_cast<int64_t>(LowBits(canonical));
}

absl::StatusOr<int64_t> ParseGoMilli(std::string_view text) {
  if (text.starts_with('-')) {
    const absl::StatusOr<WrittenAmount> amount = WrittenAmount::Parse(std::string(text));
    if (!amount.ok()) return amount.status();
    return amount->Sign() < 0 ? Negative(*amount, amount->is_big_decimal()) : 0;
  }
  const absl::StatusOr<kube::Quantity> amount = kube::Quantity::Parse(text);
  if (!amount.ok()) return amount.status();
  return GoMilli(*amount);
}

}  // namespace kubegauge::autoscaler
