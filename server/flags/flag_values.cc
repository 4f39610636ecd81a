#include "server/flags/flag_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "kube/go_quote.h"

namespace kubegauge::server {
namespace {

absl::Status ConversionError(std::string_view function, std::string_view text,
                             std::string_view why) {
  return absl::InvalidArgumentError(
      fmt::format("strconv.{}: parsing {}: {}", function, kube::GoQuote(text), why));
}

// Takes Go's prefix of a base off `digits`.
int TakeBase(std::string_view& digits) {
  static constexpr std::pair<std::string_view, int> kPrefixes[] = {
      {"0x", 16}, {"0X", 16}, {"0o", 8}, {"0O", 8}, {"0b", 2}, {"0B", 2}};
  for (const auto& [prefix, base] : kPrefixes) {
    if (!digits.starts_with(prefix)) continue;
    digits.remove_prefix(prefix.size());
    return base;
  }
  return digits.size() > 1 && digits.front() == '0' ? 8 : 10;
}

// The number that `digits` of `text` are, which `function` was asked for.
absl::StatusOr<uint64_t> ParseMagnitude(std::string_view function, std::string_view text,
                                        std::string_view digits, int base) {
  uint64_t magnitude = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  if (error == std::errc::invalid_argument || end != digits.data() + digits.size()) {
    return ConversionError(function, text, "invalid syntax");
  }
  if (error != std::errc()) return ConversionError(function, text, "value out of range");
  return magnitude;
}

// Takes a sign off `text`.
char TakeSign(std::string_view& text) {
  if (!text.starts_with('+') && !text.starts_with('-')) return 0;
  const char sign = text.front();
  text.remove_prefix(1);
  return sign;
}

// Removes the underscores of a number without sign; false where one is not between digits, of which
// a prefix counts as one.
bool DropUnderscores(std::string& number) {
  const char base = number.size() > 1 && number[0] == '0' ? absl::ascii_tolower(number[1]) : '0';
  const bool has_prefix = base == 'x' || base == 'o' || base == 'b';
  const auto is_digit = [base](char c) {
    return base == 'x' ? absl::ascii_isxdigit(c) : absl::ascii_isdigit(c);
  };
  for (size_t i = 0; i < number.size(); ++i) {
    if (number[i] != '_') continue;
    const bool follows = i > 0 && (is_digit(number[i - 1]) || (has_prefix && i == 2));
    if (!follows || i + 1 == number.size() || !is_digit(number[i + 1])) return false;
  }
  std::erase(number, '_');
  return true;
}

// The number that `literal`, all of `text` but its sign, is to Go, with the prefix of its base.
absl::StatusOr<uint64_t> ParseLiteral(std::string_view function, std::string_view text,
                                      std::string_view literal) {
  std::string number(literal);
  if (!DropUnderscores(number)) return ConversionError(function, text, "invalid syntax");
  std::string_view digits = number;
  const int base = TakeBase(digits);
  return ParseMagnitude(function, text, digits, base);
}

// The value of a number without sign that is in lower case; nullopt where it is none. One that is
// too large is infinite.
template <class Float>
std::optional<Float> FiniteFloat(std::string number) {
  const bool hexadecimal = number.starts_with("0x");
  if (!DropUnderscores(number)) return std::nullopt;
  std::string_view digits = number;
  if (hexadecimal) digits.remove_prefix(2);
  if (digits.empty() || (digits.front() != '.' && !absl::ascii_isxdigit(digits.front())) ||
      (hexadecimal && digits.find('p') == digits.npos)) {
    return std::nullopt;
  }
  Float value = 0;
  const auto format = hexadecimal ? std::chars_format::hex : std::chars_format::general;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, format);
  if (error == std::errc::invalid_argument || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  if (error == std::errc()) return value;
  return std::strtold(number.c_str(), nullptr) < 1 ? Float{0}
                                                   : std::numeric_limits<Float>::infinity();
}

template <class Float>
absl::StatusOr<Float> ParseFloat(const std::string& text) {
  std::string_view rest = text;
  const char sign = TakeSign(rest);
  std::string number(rest);
  absl::AsciiStrToLower(&number);
  if (number == "nan" && sign == 0) return std::numeric_limits<Float>::quiet_NaN();
  const bool infinite = number == "inf" || number == "infinity";
  const std::optional<Float> value =
      infinite ? std::numeric_limits<Float>::infinity() : FiniteFloat<Float>(number);
  if (!value) return ConversionError("ParseFloat", text, "invalid syntax");
  if (!infinite && std::isinf(*value)) {
    return ConversionError("ParseFloat", text, "value out of range");
  }
  return sign == '-' ? -*value : *value;
}

}  // namespace

absl::StatusOr<bool> ParseGoBool(std::string_view text) {
  static constexpr std::string_view kTrue[] = {"1", "t", "T", "true", "TRUE", "True"};
  static constexpr std::string_view kFalse[] = {"0", "f", "F", "false", "FALSE", "False"};
  if (std::ranges::find(kTrue, text) != std::end(kTrue)) return true;
  if (std::ranges::find(kFalse, text) != std::end(kFalse)) return false;
  return ConversionError("ParseBool", text, "invalid syntax");
}

absl::StatusOr<int64_t> ParseGoInt(const std::string& text) {
  std::string_view digits = text;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  const absl::StatusOr<uint64_t> magnitude = ParseLiteral("ParseInt", text, digits);
  if (!magnitude.ok()) return magnitude.status();
  const uint64_t limit = uint64_t{std::numeric_limits<int64_t>::max()} + (negative ? 1 : 0);
  if (*magnitude > limit) return ConversionError("ParseInt", text, "value out of range");
  return static_cast<int64_t>(negative ? 0 - *magnitude : *magnitude);
}

absl::StatusOr<int32_t> ParseGoInt32(const std::string& text) {
  const absl::StatusOr<int64_t> value = ParseGoInt(text);
  if (!value.ok()) return value.status();
  if (*value != static_cast<int32_t>(*value)) {
    return ConversionError("ParseInt", text, "value out of range");
  }
  return static_cast<int32_t>(*value);
}

absl::StatusOr<uint64_t> ParseGoUint(const std::string& text) {
  return ParseLiteral("ParseUint", text, text);
}

absl::StatusOr<int> ParseLogLevel(const std::string& text) {
  constexpr uint64_t kMaxLevel = std::numeric_limits<int32_t>::max();
  const absl::StatusOr<uint64_t> level = ParseMagnitude("ParseUint", text, text, /*base=*/10);
  if (!level.ok()) return level.status();
  if (*level > kMaxLevel) return ConversionError("ParseUint", text, "value out of range");
  return static_cast<int>(*level);
}

absl::StatusOr<double> ParseGoFloat(const std::string& text) { return ParseFloat<double>(text); }

absl::StatusOr<float> ParseGoFloat32(const std::string& text) { return ParseFloat<float>(text); }

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t end = 0; end != std::string_view::npos;) {
    end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end != std::string_view::npos) text.remove_prefix(end + 1);
  }
  return parts;
}

absl::Status CheckPatternLevels(std::string_view text) {
  for (const std::string& item : Split(text, ',')) {
    if (item.empty()) continue;
    const std::vector<std::string> parts = Split(item, '=');
    if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
      return absl::InvalidArgumentError(
          fmt::format("{} does not have the pattern=N format", kube::GoQuote(item)));
    }
    if (const absl::StatusOr<int> level = ParseLogLevel(parts[1]); !level.ok()) {
      return absl::InvalidArgumentError(fmt::format("parsing verbosity in {}: {}",
                                                    kube::GoQuote(item),
                                                    std::string(level.status().message())));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ParseCommaSeparated(std::string_view text) {
  std::vector<std::string> values;
  if (text.empty()) return values;
  values.emplace_back();
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool doubled = quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"';
    if (doubled) {
      values.back() += c;
      ++i;
    } else if (c == '"' && (quoted || values.back().empty())) {
      quoted = !quoted;
    } else if (c == '"') {
      return absl::InvalidArgumentError(
          fmt::format("parse error on line 1, column {}: bare \" in non-quoted-field", i + 1));
    } else if (c == ',' && !quoted) {
      values.emplace_back();
    } else {
      values.back() += c;
    }
  }
  if (quoted) {
    return absl::InvalidArgumentError(
        fmt::format("parse error on line 1, column {}: extraneous or missing \" in quoted-field",
                    text.size() + 1));
  }
  return values;
}

}  // namespace kubegauge::server
