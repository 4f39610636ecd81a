#include "autoscaler/written_amount.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>

#include "kube/go_quote.h"

namespace kubegauge::autoscaler {
namespace {

// The parts of a quantity's text.
struct Parts {
  bool negative = false;
  std::string digits;  // before the point, without zeros in front, then those behind it
  size_t fraction_digits = 0;
  std::string_view suffix;
};

size_t CountDigits(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

Parts Split(std::string_view text) {
  Parts parts;
  parts.negative = text.starts_with('-');
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  const size_t whole = CountDigits(text);
  parts.digits = whole == 0 ? "0" : std::string(text.substr(0, whole));
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    parts.fraction_digits = CountDigits(text);
    parts.digits += text.substr(0, parts.fraction_digits);
    text.remove_prefix(parts.fraction_digits);
  }
  parts.suffix = text;
  return parts;
}

struct Unit {
  const char* format = "DecimalSI";
  int exponent = 0;  // of ten; of two for BinarySI
  bool binary = false;
};

Unit UnitOf(std::string_view suffix) {
  constexpr std::string_view kDecimal[] = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
  for (size_t i = 0; i < std::size(kDecimal); ++i) {
    if (suffix == kDecimal[i]) return {.exponent = static_cast<int>(i) * 3 - 9};
  }
  constexpr std::string_view kBinary[] = {"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  for (size_t i = 0; i < std::size(kBinary); ++i) {
    if (suffix == kBinary[i]) {
      return {.format = "BinarySI", .exponent = static_cast<int>(i + 1) * 10, .binary = true};
    }
  }
  suffix.remove_prefix(1);  // e or E
  if (suffix.starts_with('+')) suffix.remove_prefix(1);
  Unit unit{.format = "DecimalExponent"};
  std::from_chars(suffix.data(), suffix.data() + suffix.size(), unit.exponent);
  return unit;
}

std::string GoSyntaxOf(int64_t value, int64_t scale, std::string_view address,
                       std::string_view canonical, std::string_view format) {
  return fmt::format(
      "resource.Quantity{{i:resource.int64Amount{{value:{}, scale:{}}}, "
      "d:resource.infDecAmount{{Dec:(*inf.Dec)({})}}, s:{}, Format:{}}}",
      value, scale, address, kube::GoQuote(canonical), kube::GoQuote(format));
}

// The value where Go keeps it as one integer and a scale; nullopt where it takes an inf.Dec.
std::optional<int64_t> SmallValue(const Parts& parts, const Unit& unit) {
  constexpr int kMaxDigits = 18;
  const int digits = static_cast<int>(parts.digits.size());
  if (unit.binary) {
    if (parts.fraction_digits > 0) return std::nullopt;
    if (15 - digits - static_cast<int>(static_cast<float>(unit.exponent) * 3 / 10) - 1 < 0) {
      return std::nullopt;
    }
  } else if (digits > kMaxDigits) {
    return std::nullopt;
  }
  int64_t value = 0;
  std::from_chars(parts.digits.data(), parts.digits.data() + parts.digits.size(), value);
  if (unit.binary && __builtin_mul_overflow(value, int64_t{1} << unit.exponent, &value)) {
    return std::nullopt;
  }
  return parts.negative ? -value : value;
}

// Whether Go's parser keeps the text as the canonical one, which is a guess of its own.
bool IsKept(const Parts& parts, const Unit& unit, int64_t scale) {
  if (unit.binary) {
    int64_t value = 0;
    std::from_chars(parts.digits.data(), parts.digits.data() + parts.digits.size(), value);
    return (value & 7) != 0;
  }
  return scale % 3 == 0 && !parts.digits.ends_with("000") && parts.digits.front() != '0';
}

// What Go's parser makes of a text.
struct Parsing {
  std::optional<int64_t> value;  // nullopt where it takes an inf.Dec
  int64_t scale = 0;
  bool keeps_text = false;
  const char* format = "";
};

Parsing ParseAsGo(std::string_view text) {
  constexpr int64_t kNano = -9;
  if (text == "0") return {.value = 0, .keeps_text = true, .format = "DecimalSI"};
  const Parts parts = Split(text);
  const Unit unit = UnitOf(parts.suffix);
  Parsing parsing{.format = unit.format};
  parsing.scale =
      (unit.binary ? 0 : int64_t{unit.exponent}) - static_cast<int64_t>(parts.fraction_digits);
  if (parsing.scale < kNano) return parsing;
  parsing.value = SmallValue(parts, unit);
  parsing.keeps_text = parsing.value && IsKept(parts, unit, parsing.scale);
  return parsing;
}

}  // namespace

absl::StatusOr<WrittenAmount> WrittenAmount::Parse(std::string text) {
  const absl::StatusOr<kube::Quantity> amount = kube::Quantity::Parse(text);
  if (!amount.ok()) return amount.status();
  return WrittenAmount(*amount, std::move(text));
}

std::string_view WrittenAmount::kept_text() const {
  return !text_.empty() && ParseAsGo(text_).keeps_text ? text_ : std::string_view();
}

bool WrittenAmount::is_big_decimal() const { return !text_.empty() && !ParseAsGo(text_).value; }

std::string WrittenAmount::GoSyntax() const {
  if (text_.empty()) return GoSyntaxOf(0, 0, "nil", "", "");
  const Parsing parsing = ParseAsGo(text_);
  if (!parsing.value) {
    // A fraction of a unit is not BinarySI any more.
    const bool is_decimal = format() == kube::QuantityFormat::kDecimalSI;
    return GoSyntaxOf(0, 0, "0xc000000000", "", is_decimal ? "DecimalSI" : parsing.format);
  }
  return GoSyntaxOf(*parsing.value, parsing.scale, "nil", kept_text(), parsing.format);
}

}  // namespace kubegauge::autoscaler
