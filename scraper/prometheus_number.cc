#include "scraper/prometheus_number.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "absl/strings/charconv.h"
#include "scraper/prometheus_characters.h"
#include "scraper/prometheus_digits.h"

namespace kubegauge::scraper {
namespace {

constexpr uint64_t kLargestExactInteger = uint64_t{1} << 53;
constexpr std::array kExactPowersOfTen = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                          1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                          1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kLargestExactPower = kExactPowersOfTen.size() - 1;
__extension__ using Uint128 = unsigned __int128;
// As many decimal digits always fit 64 bits.
constexpr int kMaxDigits = 19;

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

// "inf", "infinity" with any sign, "nan" without.
std::optional<double> ParseSpecial(std::string_view unsigned_text, bool has_sign, bool negative) {
  if (EqualsIgnoringCase(unsigned_text, "inf") || EqualsIgnoringCase(unsigned_text, "infinity")) {
    const double infinity = std::numeric_limits<double>::infinity();
    return negative ? -infinity : infinity;
  }
  if (!has_sign && EqualsIgnoringCase(unsigned_text, "nan")) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return std::nullopt;
}

// Reads the exponent after its 'e'; null when there is none. What is absurdly large stays so.
const char* ReadExponent(const char* text, const char* end, int& exponent) {
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

constexpr auto kPowersOfTen = [] {
  std::array<uint64_t, kMaxDigits + 1> powers{1};
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

// dividend / 10^power, rounded to nearest.
double Quotient(uint64_t dividend, int power) {
  const uint64_t divisor = kPowersOfTen[power];
  const int dividend_shift = std::countl_zero(dividend);
  const int divisor_shift = std::countl_zero(divisor);
  // With both at their largest the quotient has 63 or 64 bits. More than 53 do not matter, only
  // whether any is set, and so the last can stand for all that follow.
  const Uint128 numerator = Uint128{dividend << dividend_shift} << 63;
  const uint64_t denominator = divisor << divisor_shift;
  auto quotient = static_cast<uint64_t>(numerator / denominator);
  if (quotient * denominator != static_cast<uint64_t>(numerator)) quotient |= 1;
  return std::ldexp(static_cast<double>(quotient), divisor_shift - dividend_shift - 63);
}

}  // namespace

std::optional<double> ParsePrometheusFloat(std::string_view text) {
  const bool negative = text.starts_with('-');
  const bool has_sign = negative || text.starts_with('+');
  if (has_sign) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  if (!IsDigit(text[0]) && text[0] != '.') return ParseSpecial(text, has_sign, negative);

  double value = 0;
  const char* const end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range && stop == end) {
    // Which of the two ends of the range it is, only this one tells.
    absl::from_chars(text.data(), end, value);
    if (value > 1) return std::nullopt;
    error = std::errc();
  }
  if (error != std::errc() || stop != end) return std::nullopt;
  return negative ? -value : value;
}

const char* ReadShortDecimal(const char* text, const char* end, double& value) {
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
  if (digit_count == 0 || digit_count > kMaxDigits) return nullptr;
  if (text != end && (*text | 0x20) == 'e') {
    text = ReadExponent(text + 1, end, exponent);
    if (text == nullptr) return nullptr;
  }

  if (mantissa > kLargestExactInteger) {
    if (exponent > 0 || exponent < -kMaxDigits) return nullptr;
    value = Quotient(mantissa, -exponent);
    return text;
  }
  // Both are doubles without error, so that the one division or multiplication rounds correctly.
  if (exponent < -kLargestExactPower || exponent > kLargestExactPower) return nullptr;
  value = static_cast<double>(mantissa);
  if (exponent < 0) {
    value /= kExactPowersOfTen[-exponent];
  } else {
    value *= kExactPowersOfTen[exponent];
  }
  return text;
}

uint64_t TruncateToUint64(double value) {
  // Written so that NaN fails.
  return value > 0 && value < kTwoTo64 ? static_cast<uint64_t>(value) : 0;
}

bool FitsUint64(double value) { return value > -1 && value < kTwoTo64; }

int64_t TruncateToInt64(double value) {
  return value >= -kTwoTo63 && value < kTwoTo63 ? static_cast<int64_t>(value) : 0;
}

int64_t NanosecondsOfTimestamp(int64_t timestamp_ms) {
  int64_t timestamp_ns;
  if (!__builtin_mul_overflow(timestamp_ms, 1'000'000, &timestamp_ns)) return timestamp_ns;
  return timestamp_ms < 0 ? std::numeric_limits<int64_t>::min()
                          : std::numeric_limits<int64_t>::max();
}

}  // namespace kubegauge::scraper
