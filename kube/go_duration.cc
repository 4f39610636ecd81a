#include "kube/go_duration.h"

#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "kube/ascii_text.h"
#include "kube/decimal_text.h"
#include "kube/go_quote.h"

namespace kubegauge::kube {
namespace {

constexpr uint64_t kMicrosecond = 1'000;
constexpr uint64_t kMillisecond = 1'000'000;
constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kMinute = 60 * kSecond;
constexpr uint64_t kHour = 60 * kMinute;
// The magnitude of the smallest int64.
constexpr uint64_t kMaxMagnitude = uint64_t{1} << 63;

char* Put(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* WriteBelowSecond(uint64_t ns, char* out) {
  if (ns == 0) return Put("0s", out);
  if (ns < kMicrosecond) return Put("ns", WriteDecimal(ns, out));
  if (ns < kMillisecond) {
    return Put("\u00B5s", WriteBillionths(ns * (kSecond / kMicrosecond), out));
  }
  return Put("ms", WriteBillionths(ns * (kSecond / kMillisecond), out));
}

char* WriteFromSecond(uint64_t ns, char* out) {
  if (ns >= kHour) out = Put("h", WriteDecimal(ns / kHour, out));
  if (ns >= kMinute) out = Put("m", WriteDecimal(ns / kMinute % 60, out));
  return Put("s", WriteBillionths(ns % kMinute, out));
}

std::optional<uint64_t> NsOfUnit(std::string_view unit) {
  if (unit == "ns") return 1;
  if (unit == "us" || unit == "\u00B5s" || unit == "\u03BCs") return kMicrosecond;
  if (unit == "ms") return kMillisecond;
  if (unit == "s") return kSecond;
  if (unit == "m") return kMinute;
  if (unit == "h") return kHour;
  return std::nullopt;
}

// nullopt above kMaxMagnitude.
std::optional<uint64_t> ReadInteger(std::string_view digits) {
  uint64_t value = 0;
  for (const char c : digits) {
    if (value > kMaxMagnitude / 10) return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(c - '0');
    if (value > kMaxMagnitude) return std::nullopt;
  }
  return value;
}

// 0.<digits> of a unit, cut off to nanoseconds with the floating-point steps of Go.
uint64_t NsOfFraction(std::string_view digits, uint64_t unit) {
  uint64_t value = 0;
  double scale = 1;
  for (const char c : digits) {
    if (value > (kMaxMagnitude - 1) / 10) break;
    const uint64_t longer = value * 10 + static_cast<uint64_t>(c - '0');
    if (longer > kMaxMagnitude) break;
    value = longer;
    scale *= 10;
  }
  return static_cast<uint64_t>(static_cast<double>(value) * (static_cast<double>(unit) / scale));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), rest_(text) {}

  absl::StatusOr<int64_t> Parse();

 private:
  absl::Status Invalid() const {
    return absl::InvalidArgumentError(fmt::format("time: invalid duration {}", GoTimeQuote(text_)));
  }

  // One number with its unit, at most kMaxMagnitude nanoseconds.
  absl::StatusOr<uint64_t> TakeTerm();

  std::string_view text_;
  std::string_view rest_;
};

absl::StatusOr<uint64_t> Parser::TakeTerm() {
  const std::string_view integer_digits = TakeDigits(rest_);
  const std::optional<uint64_t> integer = ReadInteger(integer_digits);
  if (!integer) return Invalid();
  std::string_view fraction_digits;
  if (rest_.starts_with('.')) {
    rest_.remove_prefix(1);
    fraction_digits = TakeDigits(rest_);
  }
  if (integer_digits.empty() && fraction_digits.empty()) return Invalid();

  const std::string_view unit = rest_.substr(0, rest_.find_first_of(".0123456789"));
  rest_.remove_prefix(unit.size());
  if (unit.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("time: missing unit in duration {}", GoTimeQuote(text_)));
  }
  const std::optional<uint64_t> unit_ns = NsOfUnit(unit);
  if (!unit_ns) {
    return absl::InvalidArgumentError(
        fmt::format("time: unknown unit {} in duration {}", GoTimeQuote(unit), GoTimeQuote(text_)));
  }
  if (*integer > kMaxMagnitude / *unit_ns) return Invalid();
  const uint64_t ns = *integer * *unit_ns + NsOfFraction(fraction_digits, *unit_ns);
  if (ns > kMaxMagnitude) return Invalid();
  return ns;
}

absl::StatusOr<int64_t> Parser::Parse() {
  const bool negative = rest_.starts_with('-');
  if (negative || rest_.starts_with('+')) rest_.remove_prefix(1);
  if (rest_ == "0") return 0;
  if (rest_.empty()) return Invalid();
  uint64_t magnitude = 0;
  while (!rest_.empty()) {
    const absl::StatusOr<uint64_t> term = TakeTerm();
    if (!term.ok()) return term.status();
    magnitude += *term;
    if (magnitude > kMaxMagnitude) return Invalid();
  }
  if (negative) return static_cast<int64_t>(-magnitude);
  if (magnitude == kMaxMagnitude) return Invalid();
  return static_cast<int64_t>(magnitude);
}

}  // namespace

char* WriteGoDuration(int64_t duration_ns, char* out) {
  const auto bits = static_cast<uint64_t>(duration_ns);
  const uint64_t magnitude = duration_ns < 0 ? -bits : bits;
  if (duration_ns < 0) *out++ = '-';
  return magnitude < kSecond ? WriteBelowSecond(magnitude, out) : WriteFromSecond(magnitude, out);
}

std::string FormatGoDuration(int64_t duration_ns) {
  char text[kMaxGoDurationText];
  return std::string(text, WriteGoDuration(duration_ns, text));
}

absl::StatusOr<int64_t> ParseGoDuration(std::string_view text) { return Parser(text).Parse(); }

}  // namespace kubegauge::kube
