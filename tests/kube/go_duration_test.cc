#include "kube/go_duration.h"

#include <gtest/gtest.h>

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
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;

TEST(FormatGoDuration, EqualsGosString) {
  const std::vector<std::pair<int64_t, std::string_view>> rows = {
      {0, "0s"},
      {1, "1ns"},
      {999, "999ns"},
      {1000, "1\u00B5s"},
      {1100, "1.1\u00B5s"},
      {1500, "1.5\u00B5s"},
      {999'999, "999.999\u00B5s"},
      {1'000'000, "1ms"},
      {2'200'000, "2.2ms"},
      {500'000'000, "500ms"},
      {999'999'999, "999.999999ms"},
      {1'000'000'000, "1s"},
      {3'300'000'000, "3.3s"},
      {15'062'000'000, "15.062s"},
      {15'000'000'001, "15.000000001s"},
      {60'000'000'000, "1m0s"},
      {60'250'000'000, "1m0.25s"},
      {119'999'000'000, "1m59.999s"},
      {245'000'000'000, "4m5s"},
      {3'600'000'000'000, "1h0m0s"},
      {3'661'500'000'000, "1h1m1.5s"},
      {18'367'001'000'000, "5h6m7.001s"},
      {480'000'000'001, "8m0.000000001s"},
      {-1, "-1ns"},
      {-kMinute, "-1m0s"},
      {kMax, "2562047h47m16.854775807s"},
      {kMin, "-2562047h47m16.854775808s"},
  };
  for (const auto& [ns, text] : rows) EXPECT_EQ(FormatGoDuration(ns), text);
  EXPECT_EQ(FormatGoDuration(kMin).size(), kMaxGoDurationText);
}

TEST(ParseGoDuration, ReadsWhatGoReads) {
  const std::vector<std::pair<std::string_view, int64_t>> rows = {
      {"0", 0},
      {"-0", 0},
      {"+0", 0},
      {"5s", 5 * kSecond},
      {"30s", 30 * kSecond},
      {"1478s", 1478 * kSecond},
      {"-5s", -5 * kSecond},
      {"+5s", 5 * kSecond},
      {"5.0s", 5 * kSecond},
      {"5.6s", 5'600'000'000},
      {"5.s", 5 * kSecond},
      {".5s", kSecond / 2},
      {"1.0040s", 1'004'000'000},
      {"100.00100s", 100'001'000'000},
      {"10ns", 10},
      {"11us", 11'000},
      {"12\u00B5s", 12'000},
      {"12\u03BCs", 12'000},
      {"13ms", 13'000'000},
      {"15m", 15 * kMinute},
      {"16h", 16 * kHour},
      {"3h30m", 3 * kHour + 30 * kMinute},
      {"10.5s4m", 4 * kMinute + 10'500'000'000},
      {"-2m3.4s", -(2 * kMinute + 3'400'000'000)},
      {"1h2m3s4ms5us6ns", kHour + 2 * kMinute + 3 * kSecond + 4'005'006},
      {"39h9m14.425s", 39 * kHour + 9 * kMinute + 14'425'000'000},
      {"52763797000ns", 52'763'797'000},
      {"0.3333333333333333333h", 20 * kMinute},
      {"9007199254740993ns", 9'007'199'254'740'993},
      {"9223372036854775807ns", kMax},
      {"9223372036854775.807us", kMax},
      {"9223372036s854ms775us807ns", kMax},
      {"-9223372036854775808ns", kMin},
      {"-9223372036854775.808us", kMin},
      {"-2562047h47m16.854775808s", kMin},
      {"0.100000000000000000000h", 6 * kMinute},
      {"0.830103483285477580700h", 49 * kMinute + 48'372'539'827},
  };
  for (const auto& [text, ns] : rows) {
    const absl::StatusOr<int64_t> parsed = ParseGoDuration(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(*parsed, ns) << text;
  }
}

TEST(ParseGoDuration, RejectsWithGosText) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"", R"(time: invalid duration "")"},
      {"3", R"(time: missing unit in duration "3")"},
      {"-", R"(time: invalid duration "-")"},
      {"s", R"(time: invalid duration "s")"},
      {".", R"(time: invalid duration ".")"},
      {"-.", R"(time: invalid duration "-.")"},
      {".s", R"(time: invalid duration ".s")"},
      {"+.s", R"(time: invalid duration "+.s")"},
      {"1d", R"(time: unknown unit "d" in duration "1d")"},
      {"\x85\x85", R"(time: invalid duration "\x85\x85")"},
      {"\xff"
       "ff",
       R"(time: invalid duration "\xffff")"},
      {"hello \xff"
       "ff world",
       R"(time: invalid duration "hello \xffff world")"},
      {"1h 2m", R"(time: unknown unit "h " in duration "1h 2m")"},
      {"1h2", R"(time: missing unit in duration "1h2")"},
      {"5 s", R"(time: unknown unit " s" in duration "5 s")"},
      {"1-2s", R"(time: unknown unit "-" in duration "1-2s")"},
      {"00", R"(time: missing unit in duration "00")"},
      {"9223372036854775810ns", R"(time: invalid duration "9223372036854775810ns")"},
      {"9223372036854775808ns", R"(time: invalid duration "9223372036854775808ns")"},
      {"-9223372036854775809ns", R"(time: invalid duration "-9223372036854775809ns")"},
      {"9223372036854776us", R"(time: invalid duration "9223372036854776us")"},
      {"3000000h", R"(time: invalid duration "3000000h")"},
      {"9223372036854775.808us", R"(time: invalid duration "9223372036854775.808us")"},
      {"9223372036854ms775us808ns", R"(time: invalid duration "9223372036854ms775us808ns")"},
  };
  for (const auto& [text, message] : rows) {
    const absl::Status status = ParseGoDuration(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(std::string(status.message()), message) << text;
  }
}

TEST(ParseGoDuration, ReadsWhatFormatWrites) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 200'000; ++i) {
    // Above 2^53 ns too: what is written has whole hours and minutes, and nine digits of seconds.
    const int64_t ns = static_cast<int64_t>(random()) >> (random() % 64);
    const absl::StatusOr<int64_t> parsed = ParseGoDuration(FormatGoDuration(ns));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    ASSERT_EQ(*parsed, ns);
  }
}

}  // namespace
}  // namespace kubegauge::kube
