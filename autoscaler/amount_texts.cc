#include "autoscaler/amount_texts.h"

#include <fmt/format.h>

#include <charconv>
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

std::string GoSyntax(int64_t value, int64_t scale, std::string_view address,
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

void NoteTarget(const std::string& source, const Json& target, AmountTexts& texts) {
  if (!target.is_object()) return;
  for (const char* member : {"value", "averageValue"}) {
    if (target.contains(member)) {
      NoteAmount(fmt::format("{}.target.{}", source, member), target[member], texts);
    }
  }
}

void NoteMetric(const std::string& field, const Json& metric, AmountTexts& texts) {
  if (!metric.is_object()) return;
  for (const auto& [name, source] : metric.items()) {
    if (source.is_object() && source.contains("target")) {
      NoteTarget(fmt::format("{}.{}", field, name), source["target"], texts);
    }
  }
}

}  // namespace

void NoteAmount(std::string field, const Json& json, AmountTexts& texts) {
  if (!json.is_null()) texts.insert_or_assign(std::move(field), AmountText(json));
}

AmountTexts AmountTextsOf(const Json& spec) {
  AmountTexts texts;
  if (!spec.is_object()) return texts;
  if (const auto metrics = spec.find("metrics"); metrics != spec.end() && metrics->is_array()) {
    for (size_t i = 0; i < metrics->size(); ++i) {
      NoteMetric(fmt::format("spec.metrics[{}]", i), (*metrics)[i], texts);
    }
  }
  if (const auto behavior = spec.find("behavior");
      behavior != spec.end() && behavior->is_object()) {
    for (const auto& [direction, rules] : behavior->items()) {
      if (rules.is_object() && rules.contains("tolerance")) {
        NoteAmount(fmt::format("spec.behavior.{}.tolerance", direction), rules["tolerance"], texts);
      }
    }
  }
  return texts;
}

std::string QuantityGoSyntax(const std::string* text) {
  if (text == nullptr) return GoSyntax(0, 0, "nil", "", "");
  if (*text == "0") return GoSyntax(0, 0, "nil", "0", "DecimalSI");
  const Parts parts = Split(*text);
  const Unit unit = UnitOf(parts.suffix);
  const int64_t scale =
      (unit.binary ? 0 : int64_t{unit.exponent}) - static_cast<int64_t>(parts.fraction_digits);
  const std::optional<int64_t> value = SmallValue(parts, unit);
  if (!value || scale < -9) return GoSyntax(0, 0, "0xc000000000", "", unit.format);
  return GoSyntax(*value, scale, "nil", IsKept(parts, unit, scale) ? *text : "", unit.format);
}

}  // namespace kubegauge::autoscaler
