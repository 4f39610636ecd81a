#include "kube/rfc3339.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "kube/go_quote.h"
#include "kube/time_units.h"

namespace kubegauge::kube {
namespace {

using absl::ascii_isdigit;

__extension__ using Int128 = __int128;

constexpr int64_t kSecondsPerDay = 86'400;
// A 400 years' cycle of the calendar. Years here begin in March, so that leap days end them, and
// are counted from March of year 0.
constexpr int64_t kDaysPerEra = 146'097;
constexpr int64_t kDaysFromYear0ToEpoch = 719'468;

int64_t FloorDivide(int64_t value, int64_t divisor) {
  return value / divisor - (value % divisor < 0);
}

struct Date {
  int64_t year;
  unsigned month;
  unsigned day;
};

// Howard Hinnant's days_from_civil, of the proleptic Gregorian calendar.
int64_t DaysSinceEpoch(const Date& date) {
  const int64_t year = date.year - (date.month <= 2);
  const int64_t era = FloorDivide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysFromYear0ToEpoch;
}

// The opposite, for days from March of year 0 to about the year 30,000. That of Neri and Schneider
// (Euclidean affine functions, 2022), whose multiplications stand for divisions.
Date DateOf(int64_t days_since_epoch) {
  constexpr uint32_t kQuarterDaysPerCentury = kDaysPerEra;
  constexpr uint32_t kDaysFromMarchToYear = 306;
  const auto quarter_days = 4 * static_cast<uint32_t>(days_since_epoch + kDaysFromYear0ToEpoch) + 3;
  const uint32_t century = quarter_days / kQuarterDaysPerCentury;
  const uint32_t of_century = quarter_days % kQuarterDaysPerCentury | 3;
  const uint64_t years = uint64_t{2'939'745} * of_century;
  const uint32_t day_of_year = static_cast<uint32_t>(years) / 2'939'745 / 4;
  const uint32_t months = 2141 * day_of_year + 197'913;
  const bool in_next_year = day_of_year >= kDaysFromMarchToYear;
  return {int64_t{100 * century + static_cast<uint32_t>(years >> 32) + in_next_year},
          (months >> 16) - (in_next_year ? 12 : 0), (months & 0xffff) / 2141 + 1};
}

constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] = static_cast<char>('0' + (i % 2 == 0 ? i / 20 : i / 2 % 10));
  }
  return pairs;
}();

// A number below 100.
char* WritePair(unsigned number, char* out) {
  std::memcpy(out, &kPairs[2 * number], 2);
  return out + 2;
}

// Up to the seconds, without zone.
char* WriteDateTime(int64_t unix_seconds, char* out) {
  const int64_t days = FloorDivide(unix_seconds, kSecondsPerDay);
  const auto second_of_day = static_cast<unsigned>(unix_seconds - days * kSecondsPerDay);
  const Date date = DateOf(days);
  out = WritePair(static_cast<unsigned>(date.year) % 100,
                  WritePair(static_cast<unsigned>(date.year) / 100, out));
  *out++ = '-';
  out = WritePair(date.month, out);
  *out++ = '-';
  out = WritePair(date.day, out);
  *out++ = 'T';
  out = WritePair(second_of_day / 3600, out);
  *out++ = ':';
  out = WritePair(second_of_day / 60 % 60, out);
  *out++ = ':';
  return WritePair(second_of_day % 60, out);
}

unsigned DaysInMonth(int64_t year, unsigned month) {
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (month == 2) return leap ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// The number that the digits at [begin, begin + count) are; sets `sound` to false for others.
unsigned DigitsAt(std::string_view text, size_t begin, size_t count, bool& sound) {
  unsigned number = 0;
  for (size_t i = begin; i < begin + count; ++i) {
    sound = sound && ascii_isdigit(text[i]);
    number = number * 10 + static_cast<unsigned>(text[i] - '0');
  }
  return number;
}

// Of a text such as API servers write, `2026-01-02T03:04:05Z`. nullopt for all others.
std::optional<int64_t> QuickSeconds(std::string_view text) {
  const bool has_symbols = text.size() == kRfc3339Size && text[4] == '-' && text[7] == '-' &&
                           text[10] == 'T' && text[13] == ':' && text[16] == ':' && text[19] == 'Z';
  if (!has_symbols) return std::nullopt;
  bool sound = true;
  const Date date{DigitsAt(text, 0, 4, sound), DigitsAt(text, 5, 2, sound),
                  DigitsAt(text, 8, 2, sound)};
  const unsigned hour = DigitsAt(text, 11, 2, sound);
  const unsigned minute = DigitsAt(text, 14, 2, sound);
  const unsigned second = DigitsAt(text, 17, 2, sound);
  sound = sound && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
          date.day <= DaysInMonth(date.year, date.month) && hour < 24 && minute < 60 && second < 60;
  if (!sound) return std::nullopt;
  return DaysSinceEpoch(date) * kSecondsPerDay + (hour * 60 + minute) * 60 + second;
}

struct Instant {
  int64_t seconds;
  int64_t nanoseconds;
};

// Reads as Go's time.Parse with the layout time.RFC3339, which is laxer than the RFC: an hour may
// have one digit, a fraction may stand behind a comma, and offsets reach 24:60.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), rest_(text) {}

  absl::StatusOr<Instant> Read();

 private:
  absl::Status CannotParse(std::string_view layout) const {
    return absl::InvalidArgumentError(
        fmt::format("parsing time {} as \"2006-01-02T15:04:05Z07:00\": cannot parse {} as {}",
                    GoTimeQuote(text_), GoTimeQuote(rest_), GoTimeQuote(layout)));
  }
  absl::Status Fault(std::string_view fault) const {
    return absl::InvalidArgumentError(
        fmt::format("parsing time {}: {}", GoTimeQuote(text_), fault));
  }

  // A number of exactly `digits` digits.
  std::optional<unsigned> TakeNumber(size_t digits);
  bool TakeSymbol(char symbol);
  std::optional<unsigned> TakeHour();
  int64_t TakeFraction();
  absl::StatusOr<int64_t> TakeOffsetSeconds();
  absl::StatusOr<Date> TakeDate();
  absl::StatusOr<int64_t> TakeSecondOfDay();

  std::string_view text_;
  std::string_view rest_;
};

std::optional<unsigned> Reader::TakeNumber(size_t digits) {
  if (rest_.size() < digits) return std::nullopt;
  unsigned number = 0;
  for (const char c : rest_.substr(0, digits)) {
    if (!ascii_isdigit(c)) return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  rest_.remove_prefix(digits);
  return number;
}

bool Reader::TakeSymbol(char symbol) {
  if (!rest_.starts_with(symbol)) return false;
  rest_.remove_prefix(1);
  return true;
}

std::optional<unsigned> Reader::TakeHour() {
  const std::optional<unsigned> hour = TakeNumber(2);
  return hour ? hour : TakeNumber(1);
}

// Nanoseconds; 0 where there is no fraction.
int64_t Reader::TakeFraction() {
  if (rest_.size() < 2 || (rest_[0] != '.' && rest_[0] != ',') || !ascii_isdigit(rest_[1])) {
    return 0;
  }
  rest_.remove_prefix(1);
  int64_t nanoseconds = 0;
  for (int64_t unit = kNsPerSecond / 10; !rest_.empty() && ascii_isdigit(rest_[0]); unit /= 10) {
    nanoseconds += (rest_[0] - '0') * unit;
    rest_.remove_prefix(1);
  }
  return nanoseconds;
}

absl::StatusOr<int64_t> Reader::TakeOffsetSeconds() {
  static constexpr std::string_view kLayout = "Z07:00";
  if (TakeSymbol('Z')) return 0;
  const std::string_view offset = rest_.substr(0, 6);
  if (offset.size() < 6 || (offset[0] != '+' && offset[0] != '-') || offset[3] != ':') {
    return CannotParse(kLayout);
  }
  Reader digits(offset);
  digits.rest_.remove_prefix(1);
  const std::optional<unsigned> hours = digits.TakeNumber(2);
  digits.TakeSymbol(':');
  const std::optional<unsigned> minutes = digits.TakeNumber(2);
  if (!hours || !minutes) return CannotParse(kLayout);
  if (*hours > 24) return Fault("time zone offset hour out of range");
  if (*minutes > 60) return Fault("time zone offset minute out of range");
  rest_.remove_prefix(offset.size());
  const int64_t seconds = (int64_t{*hours} * 60 + *minutes) * 60;
  return offset[0] == '-' ? -seconds : seconds;
}

absl::StatusOr<Date> Reader::TakeDate() {
  const std::optional<unsigned> year = TakeNumber(4);
  if (!year) return CannotParse("2006");
  if (!TakeSymbol('-')) return CannotParse("-");
  const std::optional<unsigned> month = TakeNumber(2);
  if (!month) return CannotParse("01");
  if (*month < 1 || *month > 12) return Fault("month out of range");
  if (!TakeSymbol('-')) return CannotParse("-");
  const std::optional<unsigned> day = TakeNumber(2);
  if (!day) return CannotParse("02");
  return Date{*year, *month, *day};
}

absl::StatusOr<int64_t> Reader::TakeSecondOfDay() {
  const std::optional<unsigned> hour = TakeHour();
  if (!hour) return CannotParse("15");
  if (*hour > 23) return Fault("hour out of range");
  if (!TakeSymbol(':')) return CannotParse(":");
  const std::optional<unsigned> minute = TakeNumber(2);
  if (!minute) return CannotParse("04");
  if (*minute > 59) return Fault("minute out of range");
  if (!TakeSymbol(':')) return CannotParse(":");
  const std::optional<unsigned> second = TakeNumber(2);
  if (!second) return CannotParse("05");
  if (*second > 59) return Fault("second out of range");
  return (int64_t{*hour} * 60 + *minute) * 60 + *second;
}

absl::StatusOr<Instant> Reader::Read() {
  const absl::StatusOr<Date> date = TakeDate();
  if (!date.ok()) return date.status();
  if (!TakeSymbol('T')) return CannotParse("T");
  const absl::StatusOr<int64_t> second_of_day = TakeSecondOfDay();
  if (!second_of_day.ok()) return second_of_day.status();
  const int64_t nanoseconds = TakeFraction();
  const absl::StatusOr<int64_t> offset = TakeOffsetSeconds();
  if (!offset.ok()) return offset.status();
  if (!rest_.empty()) return Fault(fmt::format("extra text: {}", GoTimeQuote(rest_)));
  if (date->day < 1 || date->day > DaysInMonth(date->year, date->month)) {
    return Fault("day out of range");
  }
  return Instant{DaysSinceEpoch(*date) * kSecondsPerDay + *second_of_day - *offset, nanoseconds};
}

}  // namespace

char* WriteRfc3339(int64_t unix_ns, char* out) {
  out = WriteDateTime(FloorDivide(unix_ns, kNsPerSecond), out);
  *out++ = 'Z';
  return out;
}

char* WriteRfc3339Micro(int64_t unix_ns, char* out) {
  const int64_t seconds = FloorDivide(unix_ns, kNsPerSecond);
  int64_t ns_of_second = unix_ns % kNsPerSecond;
  if (ns_of_second < 0) ns_of_second += kNsPerSecond;
  out = WriteDateTime(seconds, out);
  *out++ = '.';
  const auto microseconds = static_cast<unsigned>(ns_of_second / 1000);
  out = WritePair(microseconds / 10'000, out);
  out = WritePair(microseconds / 100 % 100, out);
  out = WritePair(microseconds % 100, out);
  *out++ = 'Z';
  return out;
}

std::string FormatRfc3339(int64_t unix_ns) {
  std::string text(kRfc3339Size, '\0');
  WriteRfc3339(unix_ns, text.data());
  return text;
}

std::string FormatRfc3339Micro(int64_t unix_ns) {
  std::string text(kRfc3339MicroSize, '\0');
  WriteRfc3339Micro(unix_ns, text.data());
  return text;
}

absl::StatusOr<int64_t> ParseRfc3339(std::string_view text) {
  const absl::StatusOr<Instant> instant = Reader(text).Read();
  if (!instant.ok()) return instant.status();
  const Int128 ns = Int128{instant->seconds} * kNsPerSecond + instant->nanoseconds;
  if (ns < INT64_MIN || ns > INT64_MAX) {
    return absl::OutOfRangeError(
        fmt::format("time {} is not between the years 1678 and 2261", GoTimeQuote(text)));
  }
  return static_cast<int64_t>(ns);
}

absl::StatusOr<int64_t> ParseRfc3339Seconds(std::string_view text) {
  if (const std::optional<int64_t> seconds = QuickSeconds(text)) return *seconds;
  const absl::StatusOr<Instant> instant = Reader(text).Read();
  if (!instant.ok()) return instant.status();
  return instant->seconds;
}

}  // namespace kubegauge::kube
