#include "scraper/prometheus_number.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace kubegauge::scraper {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ParsePrometheusFloat, ReadsWhatGoReads) {
  struct {
    std::string_view text;
    double value;
  } const kCases[] = {
      {"0", 0},
      {"-0", -0.0},
      {"12.345678901", 12.345678901},
      {"1.0532736e+07", 10532736},
      {"1E+3", 1000},
      {"5.", 5},
      {".5", 0.5},
      {"+5", 5},
      {"-1.5e-3", -0.0015},
      {"1.7953820587657964e+09", 1795382058.7657964},
      {"1.7976931348623157e308", std::numeric_limits<double>::max()},
      {"5e-324", std::numeric_limits<double>::denorm_min()},
      {"1e-400", 0},
      {"-1e-99999999999", -0.0},
      {"0e99999999999", 0},
      {"Inf", kInfinity},
      {"+inf", kInfinity},
      {"-INFINITY", -kInfinity},
  };
  for (const auto& [text, value] : kCases) {
    const auto parsed = ParsePrometheusFloat(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(std::bit_cast<uint64_t>(*parsed), std::bit_cast<uint64_t>(value)) << text;
  }
  EXPECT_TRUE(std::isnan(ParsePrometheusFloat("NaN").value_or(0)));
}

TEST(ParsePrometheusFloat, RefusesWhatGoRefuses) {
  for (const std::string_view text :
       {"",        "+",     "-",    ".",      "e5",    ".e5",    "1e",    "1e+",   "--1",
        "+-1",     "1.2.3", "1 ",   " 1",     "1,5",   "0x10",   "0x1p3", "1_000", "infin",
        "infinit", "+nan",  "-NaN", "nan(1)", "1e400", "-1e400", "1f",    "1\r"}) {
    EXPECT_FALSE(ParsePrometheusFloat(text)) << text;
  }
}

// strtod rounds correctly, so equal bits mean the float64 that Go computes.
TEST(ReadShortDecimal, IsBitForBitTheNearestDouble) {
  std::mt19937_64 random(20240607);
  int read = 0;
  for (int i = 0; i < 200'000; ++i) {
    const uint64_t digits = random() >> random() % 64;
    std::string text;
    switch (i % 4) {
      case 0:
        text = fmt::format("{}", digits);
        break;
      case 1:
        text = fmt::format("{}.{:09}", digits % 10'000'000, random() % 1'000'000'000);
        break;
      case 2:
        text =
            fmt::format("{}.{}e{:+03}", digits % 10, digits, static_cast<int>(random() % 40) - 20);
        break;
      default:
        text = fmt::format("{:.{}e}", std::ldexp(static_cast<double>(digits), -20), random() % 17);
    }
    const double expected = std::strtod(text.c_str(), nullptr);
    ASSERT_EQ(ParsePrometheusFloat(text), expected) << text;
    double value = 0;
    const char* const stop = ReadShortDecimal(text.data(), text.data() + text.size(), value);
    if (stop == nullptr) continue;
    ++read;
    ASSERT_EQ(stop, text.data() + text.size()) << text;
    ASSERT_EQ(std::bit_cast<uint64_t>(value), std::bit_cast<uint64_t>(expected)) << text;
  }
  EXPECT_GT(read, 150'000);
}

TEST(TruncateToUint64, IsZeroWhereGoLeavesItOpen) {
  EXPECT_EQ(TruncateToUint64(32.333529237 * 1e9), 32'333'529'237u);
  EXPECT_EQ(TruncateToUint64(0.999), 0u);
  EXPECT_EQ(TruncateToUint64(18446744073709549568.0), 18446744073709549568u);
  EXPECT_EQ(TruncateToUint64(18446744073709551616.0), 0u);
  EXPECT_EQ(TruncateToUint64(-1), 0u);
  EXPECT_EQ(TruncateToUint64(kInfinity), 0u);
  EXPECT_EQ(TruncateToUint64(std::nan("")), 0u);
}

TEST(TruncateToInt64, IsZeroWhereGoLeavesItOpen) {
  EXPECT_EQ(TruncateToInt64(-6.7953645788713455e+09 * 1e9), -6'795'364'578'871'345'152);
  EXPECT_EQ(TruncateToInt64(-9223372036854775808.0), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(TruncateToInt64(9223372036854775808.0), 0);
  EXPECT_EQ(TruncateToInt64(-kInfinity), 0);
  EXPECT_EQ(TruncateToInt64(std::nan("")), 0);
}

TEST(NanosecondsOfTimestamp, EndsWithTheLastInstant) {
  EXPECT_EQ(NanosecondsOfTimestamp(1795382206342), 1'795'382'206'342'000'000);
  EXPECT_EQ(NanosecondsOfTimestamp(9223372036854), 9'223'372'036'854'000'000);
  EXPECT_EQ(NanosecondsOfTimestamp(9223372036855), std::numeric_limits<int64_t>::max());
}

}  // namespace
}  // namespace kubegauge::scraper
