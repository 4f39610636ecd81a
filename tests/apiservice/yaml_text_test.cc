// The styles that go-yaml v2 chooses, and answers of a real metrics-server.

#include "apiservice/yaml_text.h"

#include <gtest/gtest.h>

#include <string>

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
      {"0o17", "\"0o17\""},
      {"017", "\"017\""},
      {"1e3", "\"1e3\""},
      {"12e4567", "12e4567"},
      {"1.5", "\"1.5\""},
      {"1.", "\"1.\""},
      {".5", "\".5\""},
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
