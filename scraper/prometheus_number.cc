#include "scraper/prometheus_number.h"

#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <system_error>

#include "absl/strings/charconv.h"
#include "scraper/prometheus_characters.h"

namespace kubegauge::scraper {
namespace {

__extension__ using Uint128 = unsigned __int128;

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

constexpr auto kPowersOfTen = [] {
  std::array<uint64_t, kMaxDecimalDigits + 1> powers{1};
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

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

double DivideByPowerOfTen(uint64_t dividend, int power) {
  const uint64_t divisor = kPowersOfTen[power];
  const int dividend_shift = std::countl_zero(dividend);
  const int divisor_shift = std::countl_zero(divisor);
  // With both at their largest the quotient has 63 or 64 bits. More than 53 do not matter, only
  // whether any is set, and so the last can stand for all that follow.
  const Uint128 numerator = Uint128{dividend << dividend_shift} << 63;
  const uint64_t denominator = divisor << divisor_shift;
  auto quotient = static_cast<uint64_t>(numerator / denominator);
  if (quotient * denominator != static_cast<uint64_t>(numerator)) quotient |= 1;
  // A power of two, so that this is exact.
  const auto exponent = static_cast<uint64_t>(1023 + divisor_shift - dividend_shift - 63);
  return static_cast<double>(quotient) * std::bit_cast<double>(exponent << 52);
}

}  // namespace kubegauge::scraper
