#include "autoscaler/quick_milli.h"

#include <gmock/gmock.h>

#include <random>
#include <string>

#include "kube/quantity.h"

namespace kubegauge::autoscaler {
namespace {

TEST(QuickMilliTest, KnowsTheTextsOfMetricsApis) {
  const struct {
    const char* text;
    int64_t milli;
  } cases[] = {
      {"0", 0},
      {"1", 1000},
      {"128974848", 128'974'848'000},
      {"12345678n", 13},
      {"1n", 1},
      {"0n", 0},
      {"1000000n", 1},
      {"1000001n", 2},
      {"1230u", 2},
      {"250m", 250},
      {"007m", 7},
      {"1Ki", 1'024'000},
      {"65012Ki", 66'572'288'000},
      {"100Mi", 104'857'600'000},
      {"2Gi", 2'147'483'648'000},
      {"999999999999Ki", 1'023'999'999'998'976'000},
  };
  for (const auto& [text, milli] : cases) {
    EXPECT_EQ(QuickMilli(text), milli) << text;
    EXPECT_EQ(kube::Quantity::Parse(text)->MilliValue(), milli) << text;
  }
}

TEST(QuickMilliTest, LeavesAllOtherTextsToQuantity) {
  for (const char* text :
       {"", "-1", "+1", "1.5", "1e3", "1E", "k", "1k", "1M", "1Ti", "1ki", "1 ", " 1", "0x1",
        "1000000000000Ki", "1234567890123456", "1000000000000000000n"}) {
    EXPECT_EQ(QuickMilli(text), std::nullopt) << text;
  }
}

TEST(QuickMilliTest, EqualsQuantityOnRandomAmounts) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const int digits = static_cast<int>(random() % 18) + 1;
    std::string text;
    for (int j = 0; j < digits; ++j) text += static_cast<char>('0' + random() % 10);
    constexpr const char* kSuffixes[] = {"", "n", "u", "m", "Ki", "Mi", "Gi"};
    text += kSuffixes[random() % std::size(kSuffixes)];
    const std::optional<int64_t> quick = QuickMilli(text);
    if (!quick) continue;
    EXPECT_EQ(*quick, kube::Quantity::Parse(text)->MilliValue()) << text;
  }
}

}  // namespace
}  // namespace kubegauge::autoscaler
