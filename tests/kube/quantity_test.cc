#include "kube/quantity.h"

#include <gmock/gmock.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

namespace kubegauge::kube {
namespace {

using enum QuantityFormat;

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

Quantity Parsed(std::string_view text) {
  const absl::StatusOr<Quantity> quantity = Quantity::Parse(text);
  EXPECT_TRUE(quantity.ok()) << text << ": " << quantity.status();
  return quantity.ok() ? *quantity : Quantity();
}

std::string Negated(const std::string& text) { return text == "0" ? text : "-" + text; }

struct ParseCase {
  std::string text;
  int64_t value;
  int scale;
  QuantityFormat format;
  std::string canonical;
};

void PrintTo(const ParseCase& row, std::ostream* out) { *out << row.text; }

class QuantityParse : public ::testing::TestWithParam<ParseCase> {};

TEST_P(QuantityParse, GivesAmountFormatAndCanonicalText) {
  const auto& [text, value, scale, format, canonical] = GetParam();
  const Quantity expected = Quantity::FromScaled(value, scale, format);

  const Quantity quantity = Parsed(text);
  EXPECT_EQ(quantity, expected);
  EXPECT_EQ(quantity.format(), format);
  EXPECT_EQ(quantity.CanonicalText(), canonical);

  const Quantity with_plus = Parsed("+" + text);
  EXPECT_EQ(with_plus, expected);
  EXPECT_EQ(with_plus.format(), format);

  const Quantity negative = Parsed("-" + text);
  EXPECT_EQ(negative, -expected);
  EXPECT_EQ(negative.format(), format);
  EXPECT_EQ(negative.CanonicalText(), Negated(canonical));
}

constexpr int64_t kKi = 1 << 10;
constexpr int64_t kMi = kKi << 10;
constexpr int64_t kGi = kMi << 10;
constexpr int64_t kTi = kGi << 10;
constexpr int64_t kPi = kTi << 10;
constexpr int64_t kEi = kPi << 10;

INSTANTIATE_TEST_SUITE_P(
    Zeros, QuantityParse,
    ::testing::Values(
        ParseCase{"0", 0, 0, kDecimalSI, "0"}, ParseCase{"00", 0, 0, kDecimalSI, "0"},
        ParseCase{"0.0", 0, 0, kDecimalSI, "0"}, ParseCase{"0n", 0, 0, kDecimalSI, "0"},
        ParseCase{"0u", 0, 0, kDecimalSI, "0"}, ParseCase{"0m", 0, 0, kDecimalSI, "0"},
        ParseCase{"0k", 0, 0, kDecimalSI, "0"}, ParseCase{"0T", 0, 0, kDecimalSI, "0"},
        ParseCase{"0Ki", 0, 0, kBinarySI, "0"}, ParseCase{"0Ti", 0, 0, kBinarySI, "0"},
        ParseCase{"0Ei", 0, 0, kBinarySI, "0"}, ParseCase{"0e5", 0, 0, kDecimalExponent, "0"},
        // A number that is missing is zero to upstream.
        ParseCase{".", 0, 0, kDecimalSI, "0"}, ParseCase{"k", 0, 0, kDecimalSI, "0"},
        ParseCase{"Ki", 0, 0, kBinarySI, "0"}, ParseCase{"Ti", 0, 0, kBinarySI, "0"},
        ParseCase{"e3", 0, 0, kDecimalExponent, "0"}),
    [](const auto& info) { return "Row" + std::to_string(info.index); });

INSTANTIATE_TEST_SUITE_P(
    Suffixes, QuantityParse,
    ::testing::Values(
        ParseCase{"1", 1, 0, kDecimalSI, "1"}, ParseCase{"5n", 5, -9, kDecimalSI, "5n"},
        ParseCase{"4u", 4, -6, kDecimalSI, "4u"}, ParseCase{"3m", 3, -3, kDecimalSI, "3m"},
        ParseCase{"8k", 8, 3, kDecimalSI, "8k"}, ParseCase{"50k", 5, 4, kDecimalSI, "50k"},
        ParseCase{"7M", 7, 6, kDecimalSI, "7M"}, ParseCase{"6G", 6, 9, kDecimalSI, "6G"},
        ParseCase{"40T", 4, 13, kDecimalSI, "40T"}, ParseCase{"300T", 3, 14, kDecimalSI, "300T"},
        ParseCase{"2P", 2, 15, kDecimalSI, "2P"}, ParseCase{"1E", 1, 18, kDecimalSI, "1E"},
        ParseCase{"12E", 12, 18, kDecimalSI, "12E"}, ParseCase{"1Ki", kKi, 0, kBinarySI, "1Ki"},
        ParseCase{"7Mi", 7 * kMi, 0, kBinarySI, "7Mi"},
        ParseCase{"6Gi", 6 * kGi, 0, kBinarySI, "6Gi"},
        ParseCase{"100Ti", 100 * kTi, 0, kBinarySI, "100Ti"},
        ParseCase{"4Pi", 4 * kPi, 0, kBinarySI, "4Pi"},
        ParseCase{"3Ei", 3 * kEi, 0, kBinarySI, "3Ei"},
        ParseCase{"1024Mi", kGi, 0, kBinarySI, "1Gi"},
        ParseCase{"1025Ki", 1025 * kKi, 0, kBinarySI, "1025Ki"},
        ParseCase{"1E-3", 1, -3, kDecimalExponent, "1e-3"},
        ParseCase{"1e3", 1, 3, kDecimalExponent, "1e3"},
        ParseCase{"1E6", 1, 6, kDecimalExponent, "1e6"},
        ParseCase{"1E18", 1, 18, kDecimalExponent, "1e18"},
        ParseCase{"1e14", 1, 14, kDecimalExponent, "100e12"},
        ParseCase{"1.3E+6", 13, 5, kDecimalExponent, "1300e3"},
        ParseCase{"1e24", 1, 24, kDecimalExponent, "1e24"},
        ParseCase{"1e300000", 1, 300'000, kDecimalExponent, "1e300000"}),
    [](const auto& info) { return "Row" + std::to_string(info.index); });

INSTANTIATE_TEST_SUITE_P(
    Fractions, QuantityParse,
    ::testing::Values(
        ParseCase{"0.001", 1, -3, kDecimalSI, "1m"}, ParseCase{".001", 1, -3, kDecimalSI, "1m"},
        ParseCase{"0.0005k", 5, -1, kDecimalSI, "500m"},
        ParseCase{".0001k", 100, -3, kDecimalSI, "100m"},
        ParseCase{"0.05000", 5, -2, kDecimalSI, "50m"}, ParseCase{"1.", 1, 0, kDecimalSI, "1"},
        ParseCase{"1.G", 1, 9, kDecimalSI, "1G"}, ParseCase{"9.01", 901, -2, kDecimalSI, "9010m"},
        ParseCase{"100.035k", 100'035, 0, kDecimalSI, "100035"},
        ParseCase{"6.987654321G", 6'987'654'321, 0, kDecimalSI, "6987654321"},
        ParseCase{"1.01E", 101, 16, kDecimalSI, "1010P"},
        ParseCase{"0.5e-2", 5, -3, kDecimalExponent, "5e-3"},
        ParseCase{"1.53E12", 153, 10, kDecimalExponent, "1530e9"},
        ParseCase{"100.035Ki", 10'243'584, -2, kBinarySI, "102435840m"},
        ParseCase{"0.5Mi", kMi / 2, 0, kBinarySI, "512Ki"},
        ParseCase{"1.5Gi", 3 * kGi / 2, 0, kBinarySI, "1536Mi"},
        ParseCase{"0.05Gi", 536'870'912, -1, kBinarySI, "53687091200m"},
        ParseCase{"0.5Ki", 512, 0, kBinarySI, "512"},
        ParseCase{".001Ki", 1024, -3, kBinarySI, "1024m"},
        ParseCase{"0.5Ei", kEi / 2, 0, kBinarySI, "512Pi"}),
    [](const auto& info) { return "Row" + std::to_string(info.index); });

INSTANTIATE_TEST_SUITE_P(
    RoundedUpOrCapped, QuantityParse,
    ::testing::Values(ParseCase{"3.001n", 4, -9, kDecimalSI, "4n"},
                      ParseCase{"0.9n", 1, -9, kDecimalSI, "1n"},
                      ParseCase{"1.1E-9", 2, -9, kDecimalExponent, "2e-9"},
                      ParseCase{"1000e-12", 1, -9, kDecimalExponent, "1e-9"},
                      ParseCase{"0.0000000001", 1, -9, kDecimalSI, "1n"},
                      ParseCase{"0.00000012345", 124, -9, kDecimalSI, "124n"},
                      ParseCase{"1e-400000", 1, -9, kDecimalExponent, "1e-9"},
                      // Fractions of a binary unit below 1 change to DecimalSI.
                      ParseCase{".000001Ki", 1024, -6, kDecimalSI, "1024u"},
                      ParseCase{"0.000000000001Ki", 2, -9, kDecimalSI, "2n"},
                      ParseCase{"8Ei", kMax, 0, kBinarySI, "9223372036854775807"},
                      ParseCase{"9Ei", kMax, 0, kBinarySI, "9223372036854775807"},
                      ParseCase{"9223372036854775807Ki", kMax, 0, kBinarySI, "9223372036854775807"},
                      ParseCase{"99999999999999999999999999999999999999999999Ki", kMax, 0,
                                kBinarySI, "9223372036854775807"}),
    [](const auto& info) { return "Row" + std::to_string(info.index); });

TEST(Quantity, RejectsWithUpstreamsText) {
  constexpr char kFormat[] =
      "quantities must match the regular expression "
      "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  constexpr char kNumeric[] = "unable to parse numeric part of quantity";
  constexpr char kSuffix[] = "unable to parse quantity's suffix";
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"", kFormat},          {" 1", kFormat},
      {"1 ", kFormat},        {"aoeu", kFormat},
      {"1.1.M", kFormat},     {"1+1.0M", kFormat},
      {"1Kib", kFormat},      {"1e3e", kFormat},
      {"1\xc2\xb5", kFormat}, {"1e+3.5", kFormat},
      {"0.1am", kFormat},     {"0.1mi", kSuffix},
      {".5i", kSuffix},       {"1i", kSuffix},
      {"-3.01i", kSuffix},    {"-3.01e-", kSuffix},
      {"1e", kSuffix},        {"1K", kSuffix},
      {"1ki", kSuffix},       {"1kk", kSuffix},
      {"1m3", kSuffix},       {"+-5", kSuffix},
      {"1e+-3", kFormat},     {"1EE3", kSuffix},
      {"Ei", kNumeric},       {"-.Pi", kNumeric},
      {".e-10", kNumeric},    {"1e99999999999999999999", kSuffix},
  };
  for (const auto& [text, message] : rows) {
    const absl::Status status = Quantity::Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(std::string(status.message()), message) << text;
  }
}

TEST(Quantity, TakesASignAloneForZeroAsUpstreamDoes) {
  EXPECT_EQ(Parsed("-").CanonicalText(), "0");
  EXPECT_EQ(Parsed("+").CanonicalText(), "0");
}

TEST(Quantity, KeepsTheLow32BitsOfAnExponentAsUpstreamDoes) {
  EXPECT_EQ(Parsed("7e4294967299"), Parsed("7000"));
}

TEST(Quantity, WritesTheAmountOfAnyFormat) {
  struct Row {
    int64_t value;
    int scale;
    QuantityFormat format;
    std::string_view text;
  };
  const std::vector<Row> rows = {
      {1001 * kGi, 0, kBinarySI, "1001Gi"},
      {5, 0, kBinarySI, "5"},
      {1023, 0, kBinarySI, "1023"},
      {1000, 0, kBinarySI, "1k"},
      {1024, 0, kBinarySI, "1Ki"},
      {500, -3, kBinarySI, "500m"},
      {1'234'567, -3, kBinarySI, "1234567m"},
      {1024, -3, kBinarySI, "1024m"},
      {1000, 6, kDecimalSI, "1G"},
      {108, -2, kDecimalSI, "1080m"},
      {10'800, -10, kDecimalSI, "1080n"},
      {1'234'567, 6, kDecimalSI, "1234567M"},
      {1'234'000, 0, kDecimalSI, "1234k"},
      {80, -3, kDecimalExponent, "80e-3"},
      {300, 6, kDecimalExponent, "300e6"},
      {1'000'000, -3, kDecimalExponent, "1e3"},
      {kMax, -9, kDecimalSI, "9223372036854775807n"},
      {kMax, 1, kDecimalSI, "92233720368547758070"},
      {kMin, 0, kDecimalSI, "-9223372036854775808"},
      // Where upstream would print "1", "4" and "1048576": no suffix is large enough.
      {1, 21, kDecimalSI, "1e21"},
      {4, 30, kDecimalSI, "4e30"},
      {1 << 20, 60, kBinarySI, "1048576e60"},
  };
  for (const Row& row : rows) {
    const Quantity quantity = Quantity::FromScaled(row.value, row.scale, row.format);
    EXPECT_EQ(quantity.CanonicalText(), row.text);
    EXPECT_EQ(Parsed(row.text), quantity) << row.text;
  }
}

TEST(Quantity, ConvertsRoundingAwayFromZero) {
  struct Row {
    std::string_view text;
    int scale;
    int64_t value;
  };
  const std::vector<Row> rows = {
      {"9.01", -3, 9010},
      {"9.01", -2, 901},
      {"9.01", -1, 91},
      {"9.01", 0, 10},
      {"9.01", 1, 1},
      {"9.01", 2, 1},
      {"-9.01", -1, -91},
      {"-9.01", 0, -10},
      {"1n", -9, 1},
      {"1n", -6, 1},
      {"1n", -3, 1},
      {"1n", 0, 1},
      {"1u", -9, 1000},
      {"1m", -9, 1000000},
      {"1", -3, 1000},
      {"100", -2, 10000},
      {"0", 0, 0},
      {"0", -9, 0},
      {"8Ei", 0, kMax},
      {"1Ki", -3, 1'024'000},
      // What does not fit saturates.
      {"8Ei", -3, kMax},
      {"10E", 0, kMax},
      {"-10E", 0, kMin},
      {"1e300000", 0, kMax},
      {"-1e300000", 0, kMin},
      {"1e300000", 300'000, 1},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Parsed(row.text).ScaledValue(row.scale), row.value) << row.text << " " << row.scale;
  }
  EXPECT_EQ(Parsed("1500m").Value(), 2);
  EXPECT_EQ(Parsed("1500u").MilliValue(), 2);
}

TEST(Quantity, IsReadAsKubectlTopReadsIt) {
  const auto millicores = [](std::string_view text) { return Parsed(text).MilliValue(); };
  EXPECT_EQ(millicores("1001n"), 1);
  EXPECT_EQ(millicores("0"), 0);
  EXPECT_EQ(millicores("1230u"), 2);
  const auto mebibytes = [](std::string_view text) { return Parsed(text).Value() / kMi; };
  EXPECT_EQ(mebibytes("1536Ki"), 1);
  EXPECT_EQ(mebibytes("1025"), 0);
}

TEST(Quantity, ComparesAmountsOfAnyFormatAndSize) {
  const std::vector<std::string_view> ascending = {
      "-1e400", "-10E",   "-1Ki", "-1",   "-1m",   "-1n",   "0",     "1n",
      "50m",    "100m",   "999m", "1",    "1001m", "1000",  "1Ki",   "1025",
      "100Gi",  "10000T", "8Ei",  "1e19", "11e18", "1e400", "2e400", "1e401"};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(Parsed(ascending[i]) <=> Parsed(ascending[j]), i <=> j)
          << ascending[i] << " " << ascending[j];
    }
  }
  EXPECT_EQ(Parsed("1Ki"), Parsed("1024"));
  EXPECT_EQ(Parsed("1e3"), Parsed("1000000m"));
}

TEST(Quantity, AddsAndSubtracts) {
  struct Row {
    std::string a, b, sum, difference;
  };
  const std::string one_above = "1" + std::string(36, '0') + "1";  // of 38 digits
  const std::vector<Row> rows = {
      {"100m", "0", "100m", "100m"},
      {"0", "1Gi", "1Gi", "-1Gi"},
      {"1Gi", "0", "1Gi", "1Gi"},
      {"0", "0", "0", "0"},
      {"1Ki", "1k", "2024", "24"},
      {"1k", "1Ki", "2024", "-24"},
      {"1Mi", "1M", "2048576", "48576"},
      {"1e3", "1m", "1000001e-3", "999999e-3"},
      {"4Ei", "4Ei", "8Ei", "0"},
      {"4Ei", "8Ei", "13835058055282163711", "-4611686018427387903"},
      {"10E", "1n", "10000000000000000000000000001n", "9999999999999999999999999999n"},
      // 38 digits are kept, rounded away from zero.
      {"1e40", "1", one_above + "e3", "10e39"},
      {"1e400", "-1", "10e399", one_above + "e363"},
      {"-1e400", "-1n", "-" + one_above + "e363", "-10e399"},
  };
  for (const Row& row : rows) {
    Quantity sum = Parsed(row.a);
    sum += Parsed(row.b);
    Quantity difference = Parsed(row.a);
    difference -= Parsed(row.b);
    SCOPED_TRACE(row.a);
    EXPECT_EQ(sum.CanonicalText(), row.sum);
    EXPECT_EQ(difference.CanonicalText(), row.difference);
  }
}

TEST(Quantity, SumTakesTheFormatOfItsFirstAddendThatIsNotZero) {
  const auto sum = [](const std::vector<std::string_view>& texts) {
    Quantity total;
    for (const std::string_view text : texts) total += Parsed(text);
    return total;
  };
  EXPECT_EQ(sum({"0", "0Ki", "1Ki", "1k"}).format(), kBinarySI);
  EXPECT_EQ(sum({"0", "0Ki", "1k", "1Ki"}).format(), kDecimalSI);
  EXPECT_EQ(sum({"0Ki", "1e3", "1Ki"}).format(), kDecimalExponent);
  EXPECT_EQ(sum({"1Ki", "-1Ki", "1k"}).format(), kDecimalSI);
}

TEST(Quantity, OfUsageHasTheFormatsOfTheMetricsApi) {
  EXPECT_EQ(Quantity::FromNanocores(1'500'000'000).CanonicalText(), "1500m");
  EXPECT_EQ(Quantity::FromNanocores(1'500'000'000).format(), kDecimalSI);
  EXPECT_EQ(Quantity::FromBytes(1'536 * kMi).CanonicalText(), "1536Mi");
  EXPECT_EQ(Quantity::FromBytes(1).format(), kBinarySI);
  EXPECT_EQ(Quantity::FromNanocores(18'446'744'073'709'551'615u).CanonicalText(),
            "18446744073709551610n");
  EXPECT_EQ(Quantity::FromBytes(18'446'744'073'709'551'615u).CanonicalText(),
            "18446744073709551610");
}

TEST(Quantity, ParsesBackWhatItWrites) {
  std::mt19937_64 random(20'260'102);
  for (int i = 0; i < 200'000; ++i) {
    const int64_t value = static_cast<int64_t>(random()) >> (1 + random() % 63);
    const auto format = static_cast<QuantityFormat>(random() % 3);
    // What is BinarySI and above int64 would be capped.
    const int scale = static_cast<int>(random() % (format == kBinarySI ? 13 : 40)) - 12;
    const Quantity quantity = Quantity::FromScaled(value, scale, format);
    const std::string text = quantity.CanonicalText();
    const Quantity parsed = Parsed(text);
    EXPECT_EQ(parsed, quantity) << text;
    // 26000 of BinarySI has no suffix to tell that by.
    if (parsed.format() == format) {
      EXPECT_EQ(parsed.CanonicalText(), text);
    }
  }
}

TEST(Quantity, AddsAsIntegersDo) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    const int64_t a = static_cast<int64_t>(random()) >> (2 + random() % 62);
    const int64_t b = static_cast<int64_t>(random()) >> (2 + random() % 62);
    const int scale = static_cast<int>(random() % 20) - 9;
    Quantity sum = Quantity::FromScaled(a, scale);
    sum += Quantity::FromScaled(b, scale);
    EXPECT_EQ(sum.ScaledValue(scale), a + b);
    EXPECT_EQ(Quantity::FromScaled(a, scale) <=> Quantity::FromScaled(b, scale), a <=> b);
  }
}

}  // namespace
}  // namespace kubegauge::kube
