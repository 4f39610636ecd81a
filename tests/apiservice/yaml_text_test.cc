// The styles that go-yaml v2 chooses, and answers of a real metrics-server.

#include "apiservice/yaml_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "apiservice/yaml_key_order.h"
#include "apiservice/yaml_scalar.h"

namespace kubegauge::apiservice {
namespace {

std::string Scalar(std::string_view text) {
  std::string out;
  AppendYamlScalar(text, 2, out);
  return out;
}

TEST(YamlScalar, IsQuotedOnlyWhereItWouldReadAsSomethingElse) {
  const std::pair<std::string, std::string> kCases[] = {
      // Quantities, durations and names.
      {"1Mi", "1Mi"},
      {"100m", "100m"},
      {"15.007s", "15.007s"},
      {"1m0s", "1m0s"},
      {"node-00003", "node-00003"},
      {"ip-10-0-0-1.internal", "ip-10-0-0-1.internal"},
      {"65847cf6ff", "65847cf6ff"},
      {"metrics.k8s.io/v1beta1", "metrics.k8s.io/v1beta1"},
      // Numbers of any kind.
      {"0", "\"0\""},
      {"100", "\"100\""},
      {"-1", "\"-1\""},
      {"1_000", "\"1_000\""},
      {"0x1F", "\"0x1F\""},
      {"0b101", "\"0b101\""},
      {"0b-1", "\"0b-1\""},
      {"0B-1", "0B-1"},
      {"-0b-1", "-0b-1"},
      {"0o17", "\"0o17\""},
      {"017", "\"017\""},
      {"1e3", "\"1e3\""},
      {"12e4567", "12e4567"},
      {"1.5", "\"1.5\""},
      {"1.", "\"1.\""},
      {".5", "\".5\""},
      {".1_0", "\".1_0\""},
      {"._1", "._1"},
      {".1__0", ".1__0"},
      {"99999999999999999999", "\"99999999999999999999\""},
      {"1:30", "\"1:30\""},
      {"190:20:30.15", "\"190:20:30.15\""},
      {"1:99", "1:99"},
      {"0x", "0x"},
      {"1.2.3", "1.2.3"},
      // Truth values, null.
      {"", "\"\""},
      {"true", "\"true\""},
      {"y", "\"y\""},
      {"No", "\"No\""},
      {"off", "\"off\""},
      {"null", "\"null\""},
      {"~", "\"~\""},
      {".inf", "\".inf\""},
      {"TrUe", "TrUe"},
      // Times.
      {"2026-11-22T21:35:00Z", "\"2026-11-22T21:35:00Z\""},
      {"2026-11-22", "\"2026-11-22\""},
      {"2026-1-2 3:4:5.6", "\"2026-1-2 3:4:5.6\""},
      {"2026-02-30", "2026-02-30"},
      {"2026-11-22T21:35:00", "2026-11-22T21:35:00"},
      // What means something in YAML.
      {"- x", "'- x'"},
      {"-x", "-x"},
      {"a: b", "'a: b'"},
      {"a:b", "a:b"},
      {"a #b", "'a #b'"},
      {"a#b", "a#b"},
      {"*", "'*'"},
      {"[x]", "'[x]'"},
      {"\"node\" not found", "'\"node\" not found'"},
      {"node \"none\" not found", "node \"none\" not found"},
      {"it's: x", "'it''s: x'"},
      {" x", "' x'"},
      {"---", "'---'"},
      // What is no plain text.
      {"a\tb", "\"a\\tb\""},
      {"a\x01", "\"a\\x01\""},
      {"\xc3\xa4", "\xc3\xa4"},
      {"\xf0\x9f\x98\x80", "\"\\U0001F600\""},
      {"a\nb", "|-\n  a\n  b"},
      {"a\n", "|\n  a"},
  };
  for (const auto& [text, yaml] : kCases) EXPECT_EQ(Scalar(text), yaml) << text;
}

TEST(YamlScalar, IsFoldedBeyondEightyColumns) {
  const std::string word(50, 'x');
  EXPECT_EQ(YamlOfJson("{\"m\":\"" + word + " " + word + " tail\"}"),
            "m: " + word + " " + word + "\n  tail\n");
  EXPECT_EQ(YamlOfJson("{\"m\":\"# " + word + " " + word + " tail\"}"),
            "m: '# " + word + " " + word + "\n  tail'\n");
}

TEST(YamlScalar, LineIsIndentedBehindASeparatorOfLines) {
  EXPECT_EQ(YamlOfJson("{\"m\":\"a\\u2028\\u2029b\"}"), "m: 'a\xe2\x80\xa8\xe2\x80\xa9  b'\n");
}

// Pairs whose order is not that of their bytes, and neighbours of theirs.
TEST(YamlKeyOrder, IsNaturalAsGoHasIt) {
  const std::pair<std::string_view, std::string_view> kPairs[] = {
      {"cpu2", "cpu10"},
      {"cpu-cpuid.AVX512_BF16", "cpu-cpuid.AVX512BW"},
      {"pod-template-hash", "podTemplate"},
      {"a_b", "aB"},
      {"a-b", "a1"},
      {"app", "app.kubernetes.io/name"},
      {"1", "1a"},
      {"v1.9", "v1.10"},
      {"1b", "2"},
      {"10", "1b"},
      {"2", "10"},
      {"x1", "x01"},
      {"x10", "x11"},
      {"x100", "x110"},
      {"B", "a"},
      {"", "a"},
  };
  for (const auto& [less, greater] : kPairs) {
    EXPECT_TRUE(YamlKeyLess(less, greater)) << less << " " << greater;
    EXPECT_FALSE(YamlKeyLess(greater, less)) << less << " " << greater;
    EXPECT_FALSE(YamlKeyLess(less, less)) << less;
  }
}

TEST(YamlKeyOrder, MembersOfAnyKeysAreAllWritten) {
  nlohmann::json labels;
  for (int i = 0; i < 2000; ++i) labels[std::to_string(i * 7) + (i % 3 == 0 ? "b" : "")] = i;
  std::string yaml;
  AppendYaml(labels, yaml);
  EXPECT_EQ(std::count(yaml.begin(), yaml.end(), '\n'), 2000);
  EXPECT_EQ(YamlOfJson(R"({"cpu10":1,"cpu2":2,"cpu.x":3,"cpuA":4})"),
            "cpu.x: 3\ncpu2: 2\ncpu10: 1\ncpuA: 4\n");
}

TEST(Yaml, NestsAsGoDoes) {
  EXPECT_EQ(YamlOfJson(R"({"b":[{"y":1,"x":[["p","q"],[]]},"s"],"a":{},"c":[],"d":null,)"
                       R"("1":{"true":false}})"),
            "\"1\":\n"
            "  \"true\": false\n"
            "a: {}\n"
            "b:\n"
            "- x:\n"
            "  - - p\n"
            "    - q\n"
            "  - []\n"
            "  \"y\": 1\n"
            "- s\n"
            "c: []\n"
            "d: null\n");
  EXPECT_EQ(YamlOfJson("{\"" + std::string(129, 'k') + "\":1}"),
            "? " + std::string(129, 'k') + "\n: 1\n");
}

}  // namespace
}  // namespace kubegauge::apiservice
