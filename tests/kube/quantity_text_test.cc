#include "kube/quantity_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "kube/decimal_text.h"
#include "kube/quantity.h"

namespace kubegauge::kube {
namespace {

std::string NanocoresText(uint64_t nanocores) {
  char text[kMaxQuantityText];
  return std::string(text, WriteNanocores(nanocores, text));
}

std::string BytesText(uint64_t bytes) {
  char text[kMaxQuantityText];
  return std::string(text, WriteBytes(bytes, text));
}

TEST(WriteNanocores, WritesTheTextOfTheMetricsApi) {
  const std::vector<std::pair<uint64_t, std::string_view>> rows = {
      {0, "0"},
      {1, "1n"},
      {1000, "1u"},
      {1001, "1001n"},
      {10'000, "10u"},
      {12'000, "12u"},
      {120'000, "120u"},
      {999'999, "999999n"},
      {1'000'000, "1m"},
      {1'230'000, "1230u"},
      {5'000'000, "5m"},
      {123'456'789, "123456789n"},
      {250'000'000, "250m"},
      {1'000'000'000, "1"},
      {1'100'000'000, "1100m"},
      {1'500'000'000, "1500m"},
      {2'000'000'000, "2"},
      {12'000'000'000, "12"},
      {40'000'000'000, "40"},
      {96'500'000'000, "96500m"},
      {100'000'000'000, "100"},
      {1'000'000'000'000, "1k"},
      {1'000'000'000'000'000, "1M"},
      {18'000'000'000'000'000'000u, "18G"},
      {9'223'372'036'854'775'807, "9223372036854775807n"},
      {9'223'372'036'854'775'808u, "9223372036854775800n"},
      {18'446'744'073'709'551'615u, "18446744073709551610n"},
  };
  for (const auto& [nanocores, text] : rows) EXPECT_EQ(NanocoresText(nanocores), text);
}

TEST(WriteBytes, WritesTheTextOfTheMetricsApi) {
  const std::vector<std::pair<uint64_t, std::string_view>> rows = {
      {0, "0"},
      {1, "1"},
      {512, "512"},
      {520, "520"},
      {1000, "1k"},
      {1023, "1023"},
      {1024, "1Ki"},
      {1025, "1025"},
      {1536, "1536"},
      {2000, "2000"},
      {4096, "4Ki"},
      {5000, "5000"},
      {10'240, "10Ki"},
      {1'048'576, "1Mi"},
      {1'049'600, "1025Ki"},
      {1'572'864, "1536Ki"},
      {123'456'789, "123456789"},
      {1'073'741'824, "1Gi"},
      {10'737'418'240, "10Gi"},
      {1'099'511'627'776, "1Ti"},
      {1'125'899'906'842'624, "1Pi"},
      {1'152'921'504'606'846'976, "1Ei"},
      {9'223'372'036'854'775'807, "9223372036854775807"},
      {9'223'372'036'854'775'808u, "9223372036854775800"},
      {18'446'744'073'709'551'615u, "18446744073709551610"},
  };
  for (const auto& [bytes, text] : rows) EXPECT_EQ(BytesText(bytes), text);
}

TEST(WriteDecimal, WritesAnyNumberOfDigits) {
  const auto text = [](uint64_t number) {
    char buffer[kMaxDecimalText];
    return std::string(buffer, WriteDecimal(number, buffer));
  };
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  for (uint64_t power = 1; power <= 1'000'000'000'000'000'000; power *= 10) {
    for (const uint64_t number : {power - 1, power, power + 1, 2 * power, 7 * power + power / 3}) {
      EXPECT_EQ(text(number), std::to_string(number));
    }
  }
}

TEST(WriteBillionths, LeavesOutZerosAtTheEnd) {
  const auto text = [](uint64_t number) {
    char buffer[32];
    return std::string(buffer, WriteBillionths(number, buffer));
  };
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(1), "0.000000001");
  EXPECT_EQ(text(100'000'000), "0.1");
  EXPECT_EQ(text(123'450'000), "0.12345");
  EXPECT_EQ(text(15'000'000'000), "15");
  EXPECT_EQ(text(15'062'000'000), "15.062");
  EXPECT_EQ(text(std::numeric_limits<uint64_t>::max()), "18446744073.709551615");
}

TEST(QuantityText, EqualsTheCanonicalTextOfQuantity) {
  std::mt19937_64 random(42);
  const auto check = [](uint64_t value) {
    ASSERT_EQ(NanocoresText(value), Quantity::FromNanocores(value).CanonicalText()) << value;
    ASSERT_EQ(BytesText(value), Quantity::FromBytes(value).CanonicalText()) << value;
  };
  for (uint64_t value = 0; value < 3000; ++value) check(value);
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t value = random() >> (random() % 64);
    check(value);
    uint64_t round_decimal = value;
    for (uint64_t zeros = random() % 19; zeros > 0; --zeros) round_decimal *= 10;
    check(round_decimal);
    check(value << (random() % 63));
  }
}

}  // namespace
}  // namespace kubegauge::kube
