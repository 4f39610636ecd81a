#include "kube/rfc3339.h"

#include <gtest/gtest.h>

#include <ctime>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace kubegauge::kube {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kSecond = 1'000'000'000;

TEST(FormatRfc3339, CutsOffToSeconds) {
  const std::vector<std::pair<int64_t, std::string_view>> rows = {
      {0, "1970-01-01T00:00:00Z"},
      {kSecond - 1, "1970-01-01T00:00:00Z"},
      {-1, "1969-12-31T23:59:59Z"},
      {-kSecond, "1969-12-31T23:59:59Z"},
      {1'767'323'045 * kSecond + 999'999'999, "2026-01-02T03:04:05Z"},
      {951'782'399 * kSecond, "2000-02-28T23:59:59Z"},
      {951'782'400 * kSecond, "2000-02-29T00:00:00Z"},
      {951'868'800 * kSecond, "2000-03-01T00:00:00Z"},
      {4'107'542'400 * kSecond, "2100-03-01T00:00:00Z"},
      {1'735'689'599 * kSecond, "2024-12-31T23:59:59Z"},
      {kMax, "2262-04-11T23:47:16Z"},
      {kMin, "1677-09-21T00:12:43Z"},
  };
  for (const auto& [ns, text] : rows) EXPECT_EQ(FormatRfc3339(ns), text);
}

TEST(FormatRfc3339Micro, AlwaysHasSixDigits) {
  const std::vector<std::pair<int64_t, std::string_view>> rows = {
      {1'767'323'045 * kSecond, "2026-01-02T03:04:05.000000Z"},
      {1'767'323'045 * kSecond + 120'000'999, "2026-01-02T03:04:05.120000Z"},
      {1'767'323'045 * kSecond + 1'000, "2026-01-02T03:04:05.000001Z"},
      {-1, "1969-12-31T23:59:59.999999Z"},
      {kMax, "2262-04-11T23:47:16.854775Z"},
      {kMin, "1677-09-21T00:12:43.145224Z"},
  };
  for (const auto& [ns, text] : rows) EXPECT_EQ(FormatRfc3339Micro(ns), text);
}

TEST(FormatRfc3339, AgreesWithTheCLibraryOnAnyDay) {
  std::mt19937_64 random(9);
  for (int i = 0; i < 200'000; ++i) {
    const auto ns = static_cast<int64_t>(random());
    const std::time_t seconds = ns / kSecond - (ns % kSecond < 0);
    std::tm date{};
    gmtime_r(&seconds, &date);
    char text[32];
    ASSERT_EQ(std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &date), kRfc3339Size);
    ASSERT_EQ(FormatRfc3339(ns), text);

    const absl::StatusOr<int64_t> parsed = ParseRfc3339Seconds(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    ASSERT_EQ(*parsed, seconds);
  }
}

TEST(ParseRfc3339Seconds, RefusesWhatOnlyLooksLikeATime) {
  for (const char* text :
       {"2026-02-29T03:04:05Z", "2026-00-02T03:04:05Z", "2026-13-02T03:04:05Z",
        "2026-01-00T03:04:05Z", "2026-01-02T24:04:05Z", "2026-01-02T03:60:05Z",
        "2026-01-02T03:04:60Z", "2026-01-02T03:04:0aZ", "202/-01-02T03:04:05Z"}) {
    const absl::Status refused = ParseRfc3339Seconds(text).status();
    EXPECT_FALSE(refused.ok()) << text;
    EXPECT_EQ(refused, ParseRfc3339(text).status());
  }
  EXPECT_EQ(*ParseRfc3339Seconds("2024-02-29T23:59:59Z"), 1'709'251'199);
}

TEST(ParseRfc3339, ReadsWhatGoReads) {
  constexpr int64_t kBase = 1'767'323'045 * kSecond;
  const std::vector<std::pair<std::string_view, int64_t>> rows = {
      {"2026-01-02T03:04:05Z", kBase},
      {"2026-01-02T03:04:05.5Z", kBase + 500'000'000},
      {"2026-01-02T03:04:05,5Z", kBase + 500'000'000},
      {"2026-01-02T03:04:05.000000Z", kBase},
      {"2026-01-02T03:04:05.123456789Z", kBase + 123'456'789},
      {"2026-01-02T03:04:05.1234567899999Z", kBase + 123'456'789},
      {"2026-01-02T03:04:05+00:00", kBase},
      {"2026-01-02T03:04:05-00:00", kBase},
      {"2026-01-02T05:34:05+02:30", kBase},
      {"2026-01-01T19:04:05.25-08:00", kBase + 250'000'000},
      {"2026-01-03T04:04:05+24:60", kBase},
      {"2026-01-02T3:04:05Z", kBase},
      {"2024-02-29T00:00:00Z", 1'709'164'800 * kSecond},
      {"1969-12-31T23:59:59.75Z", -250'000'000},
      {"2262-04-11T23:47:16.854775807Z", kMax},
      {"1677-09-21T00:12:43.145224192Z", kMin},
  };
  for (const auto& [text, ns] : rows) {
    const absl::StatusOr<int64_t> parsed = ParseRfc3339(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(*parsed, ns) << text;
  }
}

TEST(ParseRfc3339, RejectsWithGosText) {
  const std::string cannot = " as \"2006-01-02T15:04:05Z07:00\": cannot parse ";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", cannot + R"("" as "2006")"},
      {"26-01-02T03:04:05Z", cannot + R"("26-01-02T03:04:05Z" as "2006")"},
      {"+026-01-02T03:04:05Z", cannot + R"("+026-01-02T03:04:05Z" as "2006")"},
      {"2026", cannot + R"("" as "-")"},
      {"2026-1-02T03:04:05Z", cannot + R"("1-02T03:04:05Z" as "01")"},
      {"2026-01-2T03:04:05Z", cannot + R"("2T03:04:05Z" as "02")"},
      {"2026-01-02 03:04:05Z", cannot + R"(" 03:04:05Z" as "T")"},
      {"2026-01-02t03:04:05Z", cannot + R"("t03:04:05Z" as "T")"},
      {"2026-01-02T03:04Z", cannot + R"("Z" as ":")"},
      {"2026-01-02T03:04:05", cannot + R"("" as "Z07:00")"},
      {"2026-01-02T03:04:05z", cannot + R"("z" as "Z07:00")"},
      {"2026-01-02T03:04:05.Z", cannot + R"(".Z" as "Z07:00")"},
      {"2026-01-02T03:04:05+0200", cannot + R"("+0200" as "Z07:00")"},
      {"2026-01-02T03:04:05+0a:00", cannot + R"("+0a:00" as "Z07:00")"},
      {"2026-00-02T03:04:05Z", ": month out of range"},
      {"2026-13-02T03:04:05Z", ": month out of range"},
      {"2026-02-29T03:04:05Z", ": day out of range"},
      {"1900-02-29T03:04:05Z", ": day out of range"},
      {"2026-04-31T03:04:05Z", ": day out of range"},
      {"2026-01-00T03:04:05Z", ": day out of range"},
      {"2026-01-02T24:04:05Z", ": hour out of range"},
      {"2026-01-02T03:60:05Z", ": minute out of range"},
      {"2026-01-02T23:59:60Z", ": second out of range"},
      {"2026-01-02T03:04:05+25:00", ": time zone offset hour out of range"},
      {"2026-01-02T03:04:05+00:61", ": time zone offset minute out of range"},
      {"2026-01-02T03:04:05Z ", ": extra text: \" \""},
      {"2026-01-02T03:04:05+00:00:00", ": extra text: \":00\""},
  };
  for (const auto& [text, fault] : rows) {
    const absl::Status status = ParseRfc3339(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(std::string(status.message()), "parsing time \"" + text + "\"" + fault);
  }
}

TEST(ParseRfc3339, TellsAnInstantThatNanosecondsCannotHold) {
  for (const char* text : {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
                           "2262-04-11T23:47:16.854775808Z", "1677-09-21T00:12:43.145224191Z"}) {
    EXPECT_EQ(ParseRfc3339(text).status().code(), absl::StatusCode::kOutOfRange) << text;
  }
  EXPECT_EQ(*ParseRfc3339Seconds("0001-01-01T00:00:00Z"), -62'135'596'800);
  EXPECT_EQ(*ParseRfc3339Seconds("0000-01-01T00:00:00Z"), -62'167'219'200);
  EXPECT_EQ(*ParseRfc3339Seconds("9999-12-31T23:59:59.9Z"), 253'402'300'799);
}

TEST(ParseRfc3339, ReadsWhatFormatWrites) {
  std::mt19937_64 random(13);
  for (int i = 0; i < 100'000; ++i) {
    const auto ns = static_cast<int64_t>(random());
    const int64_t below_micro = (ns % 1000 + 1000) % 1000;
    const absl::StatusOr<int64_t> parsed = ParseRfc3339(FormatRfc3339Micro(ns));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    ASSERT_EQ(*parsed, ns - below_micro);
  }
}

}  // namespace
}  // namespace kubegauge::kube
