#include "apiservice/yaml_resolve.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"

namespace kubegauge::apiservice {
namespace {

bool IsWord(std::string_view text) {
  constexpr std::string_view kWords[] = {
      "",     "~",     "y",     "Y",     "n",     "N",     "yes",   "Yes",   "YES",  "no",
      "No",   "NO",    "on",    "On",    "ON",    "off",   "Off",   "OFF",   "true", "True",
      "TRUE", "false", "False", "FALSE", "null",  "Null",  "NULL",  ".nan",  ".NaN", ".NAN",
      ".inf", ".Inf",  ".INF",  "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};
  return std::find(std::begin(kWords), std::end(kWords), text) != std::end(kWords);
}

// Takes characters off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool Take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool TakeSign() { return Take('+') || Take('-'); }
  // How many digits there were.
  size_t TakeDigits() {
    const size_t end = std::min(text_.find_first_not_of("0123456789"), text_.size());
    text_.remove_prefix(end);
    return end;
  }
  // A number of `min_digits` to `max_digits` digits that is at most `max`; -1 where there is none.
  int TakeNumber(size_t min_digits, size_t max_digits, int max) {
    size_t size = 0;
    int value = 0;
    while (size < max_digits && size < text_.size() && absl::ascii_isdigit(text_[size])) {
      value = value * 10 + (text_[size++] - '0');
    }
    text_.remove_prefix(size);
    return size >= min_digits && value <= max ? value : -1;
  }

 private:
  std::string_view text_;
};

// Takes a sign off the front of `text`, if there is one.
char TakeSign(std::string_view& text) {
  if (!text.starts_with('-') && !text.starts_with('+')) return '\0';
  const char sign = text.front();
  text.remove_prefix(1);
  return sign;
}

// An integer of 64 bits in the base that its prefix names, without underscores. go-yaml lets the
// sign stand behind `0b`, too.
bool IsInteger(std::string_view text) {
  char sign = TakeSign(text);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const bool may_have_sign = sign == '\0' && text[1] == 'b';
    const char prefix = static_cast<char>(text[1] | 0x20);
    base = prefix == 'x' ? 16 : prefix == 'b' ? 2 : 8;
    text.remove_prefix(prefix == 'x' || prefix == 'b' || prefix == 'o' ? 2 : 1);
    if (may_have_sign) sign = TakeSign(text);
  }
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  constexpr uint64_t kMinMagnitude = uint64_t{1} << 63;
  return sign == '\0' || value < kMinMagnitude || (sign == '-' && value == kMinMagnitude);
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? within the range of a double
bool IsFloat(std::string_view text) {
  Scanner scan(text);
  scan.TakeSign();
  const bool has_integer = scan.TakeDigits() > 0;
  const bool has_point = scan.Take('.');
  const bool has_fraction = has_point && scan.TakeDigits() > 0;
  if (!has_integer && !has_fraction) return false;
  if (scan.Take('e') || scan.Take('E')) {
    scan.TakeSign();
    if (scan.TakeDigits() == 0) return false;
  }
  if (!scan.done()) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool tiny = text.find("e-") != text.npos || text.find("E-") != text.npos;
  return error != std::errc::result_out_of_range || tiny;
}

// [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?
bool IsBase60(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !absl::ascii_isdigit(text[0])) return false;
  text.remove_prefix(std::min(text.find_first_not_of("0123456789_"), text.size()));
  if (!text.starts_with(':')) return false;
  Scanner scan(text.substr(0, text.find('.')));
  while (scan.Take(':')) {
    if (scan.TakeNumber(1, 2, 59) < 0) return false;
  }
  const size_t point = text.find('.');
  return scan.done() &&
         (point == text.npos || text.find_first_not_of("0123456789_", point + 1) == text.npos);
}

int DaysIn(int month, int year) {
  constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[static_cast<size_t>(month - 1)];
}

bool TakeDate(Scanner& scan) {
  const int year = scan.TakeNumber(4, 4, 9999);
  if (year < 0 || !scan.Take('-')) return false;
  const int month = scan.TakeNumber(1, 2, 12);
  if (month < 1 || !scan.Take('-')) return false;
  const int day = scan.TakeNumber(1, 2, 31);
  return day >= 1 && day <= DaysIn(month, year);
}

bool TakeClock(Scanner& scan) {
  if (scan.TakeNumber(1, 2, 23) < 0 || !scan.Take(':')) return false;
  if (scan.TakeNumber(1, 2, 59) < 0 || !scan.Take(':')) return false;
  if (scan.TakeNumber(1, 2, 59) < 0) return false;
  return !(scan.Take('.') || scan.Take(',')) || scan.TakeDigits() > 0;
}

bool TakeZone(Scanner& scan) {
  if (scan.Take('Z')) return true;
  return scan.TakeSign() && scan.TakeNumber(2, 2, 24) >= 0 && scan.Take(':') &&
         scan.TakeNumber(2, 2, 60) >= 0;
}

bool IsTime(std::string_view text) {
  Scanner scan(text);
  if (!TakeDate(scan)) return false;
  if (scan.done()) return true;
  if (scan.Take(' ')) return TakeClock(scan) && scan.done();
  if (!scan.Take('T') && !scan.Take('t')) return false;
  return TakeClock(scan) && TakeZone(scan) && scan.done();
}

// Whether each underscore stands between two digits, as Go has it in numbers that it parses itself.
bool UnderscoresSeparateDigits(std::string_view text) {
  for (size_t at = text.find('_'); at != text.npos; at = text.find('_', at + 1)) {
    if (at == 0 || at + 1 == text.size()) return false;
    if (!absl::ascii_isdigit(text[at - 1]) || !absl::ascii_isdigit(text[at + 1])) return false;
  }
  return true;
}

}  // namespace

bool YamlReadsAsOther(std::string_view text) {
  if (IsWord(text)) return true;
  const char first = text.front();
  if (!absl::ascii_isdigit(first) && first != '+' && first != '-' && first != '.') return false;
  std::string digits(text);
  std::erase(digits, '_');
  if (first == '.') return UnderscoresSeparateDigits(text) && IsFloat(digits);
  return IsTime(text) || IsInteger(digits) || IsFloat(digits) || IsBase60(text);
}

}  // namespace kubegauge::apiservice
