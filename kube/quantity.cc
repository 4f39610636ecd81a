#include "kube/quantity.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <limits>
#include <optional>

#include "absl/status/status.h"
#include "kube/ascii_text.h"

namespace kubegauge::kube {
namespace {

__extension__ using Int128 = __int128;
// Holds every intermediate result: 38 digits times 10^76, or times 2^60.
using WideInt = boost::multiprecision::int512_t;

constexpr int kMaxDigits = 38;
constexpr int kNanoScale = -9;
constexpr int kExaScale = 18;
constexpr int64_t kMaxInt64 = std::numeric_limits<int64_t>::max();
constexpr int64_t kMinInt64 = std::numeric_limits<int64_t>::min();

constexpr std::string_view kFormatWrong =
    "quantities must match the regular expression "
    "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
constexpr std::string_view kNumericWrong = "unable to parse numeric part of quantity";
constexpr std::string_view kSuffixWrong = "unable to parse quantity's suffix";

absl::Status Invalid(std::string_view upstream_text) {
  return absl::InvalidArgumentError(absl::string_view(upstream_text.data(), upstream_text.size()));
}

Int128 Magnitude(Int128 value) { return value < 0 ? -value : value; }

int DigitCount(Int128 magnitude) {
  int count = 0;
  for (; magnitude > kMaxInt64; magnitude /= 10) ++count;
  for (auto rest = static_cast<uint64_t>(magnitude); rest > 0; rest /= 10) ++count;
  return count;
}

struct Decimal {
  Int128 mantissa;
  int64_t scale;
};

// value / divisor, away from zero.
WideInt DivideRoundingUp(const WideInt& value, const WideInt& divisor) {
  WideInt quotient, remainder;
  boost::multiprecision::divide_qr(value, divisor, quotient, remainder);
  if (remainder != 0) quotient += value.sign();
  return quotient;
}

WideInt PowerOfTen(unsigned exponent) { return boost::multiprecision::pow(WideInt(10), exponent); }

// 10^38, the first number of too many digits.
constexpr Int128 kTooLong = Int128{1'000'000'000'000'000'000} * 1'000'000'000'000'000'000 * 100;

Decimal WithoutTrailingZeros(Decimal number) {
  if (number.mantissa == 0) return {0, 0};
  while (number.mantissa % 10 == 0) {
    number.mantissa /= 10;
    ++number.scale;
  }
  return number;
}

// The normal form of a Quantity: rounded up to nano and to kMaxDigits, no trailing zeros.
Decimal Normalized(WideInt mantissa, int64_t scale) {
  static constexpr int64_t kMoreDigitsThanWideInt = 155;
  if (mantissa == 0) return {0, 0};
  if (scale < kNanoScale) {
    const int64_t excess = kNanoScale - scale;
    mantissa = excess > kMoreDigitsThanWideInt
                   ? WideInt(mantissa.sign())
                   : DivideRoundingUp(mantissa, PowerOfTen(static_cast<unsigned>(excess)));
    scale = kNanoScale;
  }
  unsigned dropped = 0;
  for (WideInt rest = abs(mantissa); rest >= kTooLong; rest /= 10) ++dropped;
  if (dropped > 0) mantissa = DivideRoundingUp(mantissa, PowerOfTen(dropped));
  return WithoutTrailingZeros({static_cast<Int128>(mantissa), scale + dropped});
}

Decimal Normalized(Int128 mantissa, int64_t scale) {
  if (scale < kNanoScale || Magnitude(mantissa) >= kTooLong) {
    return Normalized(WideInt(mantissa), scale);
  }
  return WithoutTrailingZeros({mantissa, scale});
}

struct Suffix {
  int base;
  int32_t exponent;
  QuantityFormat format;
};

std::optional<Suffix> ReadSuffix(std::string_view text) {
  static constexpr std::string_view kDecimal[] = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
  static constexpr std::string_view kBinary[] = {"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  for (int i = 0; i < 10; ++i) {
    if (text == kDecimal[i]) return Suffix{10, kNanoScale + 3 * i, QuantityFormat::kDecimalSI};
  }
  for (int i = 0; i < 6; ++i) {
    if (text == kBinary[i]) return Suffix{2, 10 * (i + 1), QuantityFormat::kBinarySI};
  }
  if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return std::nullopt;
  text.remove_prefix(1);
  if (text[0] == '+') {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int64_t exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  // Upstream keeps the low 32 bits of the exponent.
  return Suffix{10, static_cast<int32_t>(exponent), QuantityFormat::kDecimalExponent};
}

struct Parts {
  bool negative = false;
  bool has_digits = false;
  std::string_view integer;
  std::string_view fraction;
  std::string_view suffix;
};

// Splits as upstream's scanner, which takes a missing number for 0: "-" and "k" are zero.
std::optional<Parts> Split(std::string_view text) {
  static constexpr std::string_view kSuffixLetters = "eEinumkKMGTP";
  Parts parts;
  if (text.starts_with('-') || text.starts_with('+')) {
    parts.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  parts.integer = TakeDigits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    parts.fraction = TakeDigits(text);
  }
  parts.has_digits = !parts.integer.empty() || !parts.fraction.empty();
  parts.suffix = text;
  text.remove_prefix(std::min(text.find_first_not_of(kSuffixLetters), text.size()));
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  TakeDigits(text);
  if (!text.empty()) return std::nullopt;
  return parts;
}

// The number before the suffix, without its sign.
Decimal ReadDigits(const Parts& parts) {
  Decimal number{0, 0};
  bool dropped = false;
  const auto append = [&](std::string_view digits, int scale_step) {
    for (const char c : digits) {
      if (number.mantissa < kTooLong / 10) {
        number.mantissa = number.mantissa * 10 + (c - '0');
        number.scale -= scale_step;
      } else {
        dropped = dropped || c != '0';
        number.scale += 1 - scale_step;
      }
    }
  };
  append(parts.integer, 0);
  append(parts.fraction, 1);
  if (dropped) ++number.mantissa;
  return number;
}

// What upstream rejects of the numbers without a digit, whose fast path takes the others for zero.
bool NeedsDigits(const Suffix& suffix) {
  return suffix.base == 2 ? suffix.exponent >= 50 : suffix.exponent < kNanoScale;
}

std::string DecimalDigits(Int128 magnitude) {
  char digits[kMaxDigits + 1];
  char* begin = std::end(digits);
  do {
    *--begin = static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
  } while (magnitude > 0);
  return std::string(begin, std::end(digits));
}

}  // namespace

absl::StatusOr<Quantity> Quantity::Parse(std::string_view text) {
  if (text.empty()) return Invalid(kFormatWrong);
  const std::optional<Parts> parts = Split(text);
  if (!parts) return Invalid(kFormatWrong);
  const std::optional<Suffix> suffix = ReadSuffix(parts->suffix);
  if (!suffix) return Invalid(kSuffixWrong);
  if (!parts->has_digits && NeedsDigits(*suffix)) return Invalid(kNumericWrong);

  Decimal number = ReadDigits(*parts);
  QuantityFormat format = suffix->format;
  if (suffix->base == 10) {
    number = Normalized(number.mantissa, number.scale + suffix->exponent);
  } else {
    number = number.mantissa <= kMaxInt64
                 ? Normalized(number.mantissa << suffix->exponent, number.scale)
                 : Normalized(WideInt(number.mantissa) << suffix->exponent, number.scale);
    const Quantity amount(number.mantissa, number.scale, format);
    const Quantity max = FromScaled(kMaxInt64, 0, format);
    if (amount > max) number = {max.mantissa_, max.scale_};
    if (!amount.IsZero() && amount < FromScaled(1, 0)) format = QuantityFormat::kDecimalSI;
  }
  return Quantity(parts->negative ? -number.mantissa : number.mantissa, number.scale, format);
}

Quantity Quantity::FromScaled(int64_t value, int scale, QuantityFormat format) {
  const Decimal number = Normalized(Int128{value}, scale);
  return Quantity(number.mantissa, number.scale, format);
}

Quantity Quantity::FromNanocores(uint64_t nanocores) {
  if (nanocores > static_cast<uint64_t>(kMaxInt64)) {
    return FromScaled(static_cast<int64_t>(nanocores / 10), kNanoScale + 1);
  }
  return FromScaled(static_cast<int64_t>(nanocores), kNanoScale);
}

Quantity Quantity::FromBytes(uint64_t bytes) {
  if (bytes > static_cast<uint64_t>(kMaxInt64)) {
    return FromScaled(static_cast<int64_t>(bytes / 10), 1, QuantityFormat::kBinarySI);
  }
  return FromScaled(static_cast<int64_t>(bytes), 0, QuantityFormat::kBinarySI);
}

int64_t Quantity::ScaledValue(int scale) const {
  Int128 value = mantissa_;
  int64_t exponent = scale_ - scale;
  bool rounded = false;
  for (; exponent < 0 && value != 0; ++exponent) {
    rounded = rounded || value % 10 != 0;
    value /= 10;
  }
  if (rounded) value += Sign();
  for (; exponent > 0 && value >= kMinInt64 && value <= kMaxInt64 && value != 0; --exponent) {
    value *= 10;
  }
  return static_cast<int64_t>(std::clamp<Int128>(value, kMinInt64, kMaxInt64));
}

std::string Quantity::CanonicalText() const {
  if (IsZero()) return "0";
  const std::string sign = mantissa_ < 0 ? "-" : "";
  const Int128 magnitude = Magnitude(mantissa_);

  const bool fits_binary = scale_ >= 0 && DigitCount(magnitude) + scale_ <= kMaxDigits;
  if (format_ == QuantityFormat::kBinarySI && fits_binary) {
    static constexpr std::string_view kSuffixes[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    Int128 value = magnitude;
    for (int64_t i = 0; i < scale_; ++i) value *= 10;
    if (value >= 1024) {
      size_t power = 0;
      for (; value % 1024 == 0 && power + 1 < std::size(kSuffixes); ++power) value /= 1024;
      return sign + DecimalDigits(value).append(kSuffixes[power]);
    }
  }

  const int64_t padding = (scale_ - kNanoScale) % 3;
  const int64_t exponent = scale_ - padding;
  std::string text = sign + DecimalDigits(magnitude).append(static_cast<size_t>(padding), '0');
  if (format_ != QuantityFormat::kDecimalExponent && exponent <= kExaScale) {
    static constexpr std::string_view kSuffixes[] = {"n", "u", "m", "",  "k",
                                                     "M", "G", "T", "P", "E"};
    return text.append(kSuffixes[(exponent - kNanoScale) / 3]);
  }
  if (exponent == 0) return text;
  return text.append("e").append(std::to_string(exponent));
}

Quantity& Quantity::operator+=(const Quantity& other) {
  if (IsZero()) return *this = other;
  if (other.IsZero()) return *this;
  const bool this_is_coarser = scale_ >= other.scale_;
  const Quantity& coarse = this_is_coarser ? *this : other;
  const Quantity& fine = this_is_coarser ? other : *this;
  const int64_t distance = coarse.scale_ - fine.scale_;

  Decimal sum;
  static constexpr int64_t kExactDistance = 2 * kMaxDigits;
  if (distance <= kExactDistance) {
    sum =
        Normalized(coarse.mantissa_ * PowerOfTen(static_cast<unsigned>(distance)) + fine.mantissa_,
                   fine.scale_);
  } else {
    // `fine` is less than the last digit that is kept, whatever its digits are.
    sum = Normalized(coarse.mantissa_ * PowerOfTen(kExactDistance) + fine.Sign(),
                     coarse.scale_ - kExactDistance);
  }
  mantissa_ = sum.mantissa;
  scale_ = sum.scale;
  return *this;
}

Quantity& Quantity::operator-=(const Quantity& other) { return *this += -other; }

Quantity Quantity::operator-() const { return Quantity(-mantissa_, scale_, format_); }

std::strong_ordering operator<=>(const Quantity& a, const Quantity& b) {
  if (a.Sign() != b.Sign()) return a.Sign() <=> b.Sign();
  if (a.Sign() < 0) return -b <=> -a;
  if (a.IsZero()) return std::strong_ordering::equal;
  const std::strong_ordering by_length =
      DigitCount(a.mantissa_) + a.scale_ <=> DigitCount(b.mantissa_) + b.scale_;
  if (std::is_neq(by_length)) return by_length;
  // Of numbers of the same length, the one with fewer digits has room for the other's.
  Int128 a_digits = a.mantissa_;
  Int128 b_digits = b.mantissa_;
  for (int64_t i = b.scale_; i < a.scale_; ++i) a_digits *= 10;
  for (int64_t i = a.scale_; i < b.scale_; ++i) b_digits *= 10;
  return a_digits <=> b_digits;
}

}  // namespace kubegauge::kube
