#include "server/validate/manifests.h"

#include <gtest/gtest.h>

#include <string>

namespace kubegauge::server {
namespace {

std::string Scalar(const std::string& text) {
  const auto documents = ReadManifests("a: " + text + "\n");
  if (!documents.ok() || documents->size() != 1) return "unreadable";
  return documents->at(0)["a"].dump();
}

// As sigs.k8s.io/yaml, which is YAML 1.1.
TEST(ReadManifestsTest, ReadsScalarsAsKubectl) {
  const struct {
    const char* text;
    const char* json;
  } scalars[] = {
      {"3", "3"},
      {"+3", "3"},
      {"-3", "-3"},
      {"3.0", "3"},
      {"1e1", "10"},
      {"-1.5", "-1.5"},
      {".5", "0.5"},
      {"1_000", "1000"},
      {"0x1F", "31"},
      {"-0x1F", "-31"},
      {"0b101", "5"},
      {"0o17", "15"},
      {"017", "15"},
      {"09", "9"},
      {"0", "0"},
      {"yes", "true"},
      {"On", "true"},
      {"n", "false"},
      {"OFF", "false"},
      {"\"yes\"", "\"yes\""},
      {"'3'", "\"3\""},
      {"!!str 3", "\"3\""},
      {"30m", "\"30m\""},
      {"1.2.3", "\"1.2.3\""},
      {"--5", "\"--5\""},
      {"_1", "\"_1\""},
      {"0x", "\"0x\""},
      {"inf", "\"inf\""},
      {".", "\".\""},
      {"~", "null"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"18446744073709551615", "18446744073709551615"},
  };
  for (const auto& scalar : scalars) EXPECT_EQ(Scalar(scalar.text), scalar.json) << scalar.text;
}

std::string Documents(const std::string& text) {
  const auto documents = ReadManifests(text);
  return documents.ok() ? autoscaler::Json(*documents).dump()
                        : std::string(documents.status().message());
}

TEST(ReadManifestsTest, ReadsYamlAsGo) {
  EXPECT_EQ(Documents("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n"),
            R"([{"a":{"b":1},"c":{"d":2,"b":1}}])");
  EXPECT_EQ(Documents("a: 1\na: 2\n"), R"([{"a":2}])");
  EXPECT_EQ(Documents("yes: 1\n2: b\n\"on\": c\n"), R"([{"true":1,"2":"b","on":"c"}])");
  EXPECT_EQ(Documents("# nothing\n---\n---\na: b # c\n"), R"([{"a":"b"}])");
  EXPECT_TRUE(Documents("a: [\n").ends_with(": end of sequence flow not found"));
}

TEST(ReadManifestsTest, OpensLists) {
  EXPECT_EQ(Documents("kind: List\napiVersion: v1\nitems: [{kind: A}, {kind: List, items: [{kind: "
                      "B}]}]\n"),
            R"([{"kind":"A"},{"kind":"B"}])");
  EXPECT_EQ(Documents(R"({"kind":"AList","apiVersion":"a/v1","items":[{"b":1}]})"),
            R"([{"b":1,"kind":"A","apiVersion":"a/v1"}])");
}

TEST(ReadManifestsTest, ReadsStreamsOfJson) {
  EXPECT_EQ(Documents("{\"a\":1e3}\n{\"a\":2}"), R"([{"a":1000.0},{"a":2}])");
  EXPECT_EQ(Documents("{\"a\":"), "unexpected end of JSON input");
}

}  // namespace
}  // namespace kubegauge::server
