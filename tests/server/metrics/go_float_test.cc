#include "server/metrics/go_float.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>

namespace kubegauge::server {
namespace {

TEST(GoFloat, IsTheShortestTextThatReadsBack) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::pair<double, const char*> kCases[] = {
      {0, "0"},
      {1, "1"},
      {0.1, "0.1"},
      {123456, "123456"},
      {1234567, "1.234567e+06"},
      {1e21, "1e+21"},
      {0.0001, "0.0001"},
      {0.00001, "1e-05"},
      {1e-300, "1e-300"},
      {1700000100.5, "1.7000001005e+09"},
      {1.8604960000000004, "1.8604960000000004"},
      {-2.5, "-2.5"},
      {kInfinity, "+Inf"},
      {-kInfinity, "-Inf"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN"},
  };
  for (const auto& [value, text] : kCases) {
    std::string out;
    AppendGoFloat(value, out);
    EXPECT_EQ(out, text);
  }
}

}  // namespace
}  // namespace kubegauge::server
