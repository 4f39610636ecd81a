#include "server/flags/flag_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace kubegauge::server {
namespace {

constexpr float kInfinity32 = std::numeric_limits<float>::infinity();

// As Go's strconv.ParseFloat(text, 32) has them.
TEST(FlagValuesTest, ReadsFloatsAsGo) {
  const struct {
    const char* text;
    float value;
  } cases[] = {
      {"20", 20},
      {"20.0", 20},
      {"+20", 20},
      {"-1", -1},
      {"1e3", 1000},
      {"1E3", 1000},
      {"1.", 1},
      {".5", 0.5},
      {"0.1", 0.1F},
      {"1_000", 1000},
      {"1_0.5", 10.5},
      {"1e1_0", 1e10F},
      {"0x1p4", 16},
      {"0X1P4", 16},
      {"0x_1p4", 16},
      {"0x1_0p0", 16},
      {"0x.8p1", 1},
      {"0x1.8p-1", 0.75},
      {"0x1p1_0", 1024},
      {"16777217", 1.6777216e7F},
      {"3.4028235e38", 3.4028235e38F},
      {"1e-50", 0},
      {"0x1p-200", 0},
      {"inf", kInfinity32},
      {"+Inf", kInfinity32},
      {"-infinity", -kInfinity32},
  };
  for (const auto& [text, value] : cases) {
    const absl::StatusOr<float> parsed = ParseGoFloat32(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(*parsed, value) << text;
  }
  EXPECT_TRUE(std::isnan(*ParseGoFloat32("NaN")));
  EXPECT_EQ(*ParseGoFloat("1e39"), 1e39);
  EXPECT_EQ(*ParseGoFloat("0.1"), 0.1);
  EXPECT_EQ(*ParseGoFloat("1e-400"), 0);
  EXPECT_EQ(*ParseGoFloat("0x1p-200"), 0x1p-200);
}

TEST(FlagValuesTest, ReadsIntegersAsGo) {
  const struct {
    const char* text;
    int64_t value;
  } cases[] = {
      {"1_000", 1000}, {"0x_1f", 31}, {"0X1_F", 31}, {"0_17", 15},  {"0o_17", 15},
      {"0b1_1", 3},    {"017", 15},   {"-1_0", -10}, {"+0x1f", 31}, {"0", 0},
  };
  for (const auto& [text, value] : cases) EXPECT_EQ(*ParseGoInt(text), value) << text;
  EXPECT_EQ(*ParseGoInt32("1_0"), 10);
  EXPECT_EQ(*ParseGoUint("1_0"), 10u);
  for (const char* text :
       {"1__0", "_1", "1_", "0x1_", "0x__1", "0_x1", "-_1", "1_a", "0b_2", "_"}) {
    EXPECT_EQ(std::string(ParseGoInt(text).status().message()),
              "strconv.ParseInt: parsing \"" + std::string(text) + "\": invalid syntax");
  }
}

TEST(FlagValuesTest, ReadsLogLevelsAsComponentBase) {
  EXPECT_EQ(*ParseLogLevel("010"), 10);
  EXPECT_EQ(*ParseLogLevel("2147483647"), 2147483647);
  for (const char* text : {"", "-1", "0x1", "1_0"}) EXPECT_FALSE(ParseLogLevel(text).ok()) << text;
  EXPECT_EQ(ParseLogLevel("2147483648").status().message(),
            R"(strconv.ParseUint: parsing "2147483648": value out of range)");
}

TEST(FlagValuesTest, RefusesOtherFloatsAsGo) {
  for (const char* text :
       {"",    ".",       " 1",     "1 ",  "_1",   "1_",   "1e",     "1e+",     "1e5.0", "0x",
        "0x1", "0x10",    "0x1p",   "1p3", "+nan", "-nan", "nan(1)", "Infinit", "0b1",   "0o7",
        "1,5", "0x__1p0", "0x1_p0", "--1", "+-1",  "e5",   "0x-1p0", "1_e5"}) {
    EXPECT_EQ(std::string(ParseGoFloat32(text).status().message()),
              "strconv.ParseFloat: parsing \"" + std::string(text) + "\": invalid syntax");
  }
  for (const char* text : {"1e39", "-1e39", "3.4028236e38", "0x1p128", "1e400"}) {
    EXPECT_EQ(std::string(ParseGoFloat32(text).status().message()),
              "strconv.ParseFloat: parsing \"" + std::string(text) + "\": value out of range");
  }
  EXPECT_FALSE(ParseGoFloat("1e400").ok());
}

}  // namespace
}  // namespace kubegauge::server
