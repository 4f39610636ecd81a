// Amounts in thousandths as Go computes them: hpa.md 10.1.

#include "autoscaler/go_milli.h"

#include <gtest/gtest.h>

#include <limits>

namespace kubegauge::autoscaler {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(GoMilli, EqualsGosMilliValue) {
  struct Case {
    const char* amount;
    int64_t milli;
  };
  const Case cases[] = {
      // What fits, rounded away from zero.
      {"0", 0},
      {"12345678n", 13},
      {"0.5m", 1},
      {"-0.5m", -1},
      {"1Ki", 1'024'000},
      {"1.5Gi", 1'610'612'736'000},
      {"2e3", 2'000'000},
      {"9P", 9'000'000'000'000'000'000},
      {"9223372036854775807m", kMax},
      // What does not fit wraps around where Go has it in many digits, in powers of two, or with a
      // suffix that it multiplies by at once.
      {"9223372036854775808m", kMin},
      {"9223372036854775807", -1000},
      {"18446744073709551617", 1000},
      {"123456789012345678", -5'670'419'503'621'183'312},
      {"-123456789012345678", 5'670'419'503'621'183'312},
      {"123456789012345678k", -7'269'072'992'350'965'888},
      {"99999999999M", 7'766'279'630'452'241'920},
      {"12345678901234567890123456789n", 4'807'115'922'877'859'020},
      {"8191Pi", -1'125'899'906'842'624'000},
      {"7Ei", kMin},
      {"9Ei", -1000},  // held at 2^63-1 when it is parsed
      // And is 0 where Go multiplies by ten again and again.
      {"20000000G", 0},
      {"9300T", 0},
      {"10P", 0},
      {"10E", 0},
      {"-10E", 0},
      {"1e30", 0},
  };
  for (const Case& test : cases) {
    const auto written = ParseGoMilli(test.amount);
    ASSERT_TRUE(written.ok()) << test.amount;
    EXPECT_EQ(*written, test.milli) << test.amount;
    const auto amount = kube::Quantity::Parse(test.amount);
    ASSERT_TRUE(amount.ok()) << test.amount;
    EXPECT_EQ(GoMilli(*amount), test.milli) << test.amount;
  }
}

// Go rounds what it keeps as a big decimal towards the positive, and cuts it to 64 bits before.
TEST(GoMilli, RoundsNegativeAmountsByHowTheyAreWritten) {
  const struct {
    const char* amount;
    int64_t milli;
  } cases[] = {
      {"-1e-10", 1},
      {"-0.5n", 1},
      {"-15e-10", 1},
      {"-0.00000000000000000001", 1},
      {"-1.00000000010", -999},
      {"-0.0001Ki", -101},
      {"-0.1Ki", -102'400},
      {"-1.5Ki", -1'536'000},
      {"-3.3Mi", -3'460'300'800},
      {"-0.3Gi", -322'122'547'200},
      {"-1234567890123456789n", -1'234'567'890'122},
      {"-12345678901234567890123456789n", -5'097'733'592'124},
      {"-12345678901234567890123456789u", -6'432'227'781'799},
      {"-1234567890123456789m", -1'096'246'371'336},
      {"-1234567890123456789", -7'888'470'988'683},
      {"-9223372036854775808m", 0},
      {"-9223372036854775809", -1000},
      {"-7Ei", 0},
      {"-8Ei", 1000},
      {"-99999Pi", 1000},
      // One integer.
      {"-1n", -1},
      {"-1e-9", -1},
      {"-1500000n", -2},
      {"-1.5m", -2},
      {"-0Ki", 0},
  };
  for (const auto& [amount, milli] : cases) EXPECT_EQ(*ParseGoMilli(amount), milli) << amount;
  EXPECT_EQ(ParseGoMilli("-x").status().message(), kube::Quantity::Parse("-x").status().message());
}

}  // namespace
}  // namespace kubegauge::autoscaler
