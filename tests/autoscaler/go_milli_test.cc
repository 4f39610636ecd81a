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
      {"-9223372036854775808m", kMin},
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
      {"-12345678901234567890123456789u", 7'484'280'360'333'952'319},
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
    const auto amount = kube::Quantity::Parse(test.amount);
    ASSERT_TRUE(amount.ok()) << test.amount;
    EXPECT_EQ(GoMilli(*amount), test.milli) << test.amount;
  }
}

}  // namespace
}  // namespace kubegauge::autoscaler
