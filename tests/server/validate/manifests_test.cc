#include "server/validate/manifests.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "autoscaler/written_json.h"

namespace kubegauge::server {
namespace {

using autoscaler::Json;

std::string Scalar(const std::string& text) {
  const auto documents = ReadManifests("a: " + text + "\n");
  if (!documents.ok() || documents->size() != 1) return "unreadable";
  const Json& scalar = documents->at(0).json["a"];
  return autoscaler::IsNumber(scalar) ? autoscaler::NumberText(scalar) : scalar.dump();
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
      {"18446744073709551616", "18446744073709552000"},
      {"1e20", "100000000000000000000"},
      {"-1.5e19", "-15000000000000000000"},
      {"1e21", "1e+21"},
      {"1e100", "1e+100"},
      {"0.1", "0.1"},
      {"1234567890123456.5", "1234567890123456.5"},
      {"0.000001", "0.000001"},
      {"-0.0000001", "-1e-7"},
  };
  for (const auto& scalar : scalars) EXPECT_EQ(Scalar(scalar.text), scalar.json) << scalar.text;
}

std::string Documents(const std::string& text) {
  const auto documents = ReadManifests(text);
  if (!documents.ok()) return std::string(documents.status().message());
  Json all = Json::array();
  for (const Manifest& manifest : *documents) all.push_back(manifest.json);
  return autoscaler::WithPlainNumbers(all).dump();
}

TEST(ReadManifestsTest, ReadsYamlAsGo) {
  EXPECT_EQ(Documents("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n"),
            R"([{"a":{"b":1},"c":{"b":1,"d":2}}])");
  EXPECT_EQ(Documents("a: 1\na: 2\n"), R"([{"a":2}])");
  EXPECT_EQ(Documents("yes: 1\n2: b\n\"on\": c\n"), R"([{"2":"b","on":"c","true":1}])");
  EXPECT_EQ(Documents("# nothing\n---\n---\na: b # c\n"), R"([{"a":"b"}])");
  EXPECT_TRUE(Documents("a: [\n").ends_with(": end of sequence flow not found"));
}

// The words and lines of YAMLToJSONStrict.
TEST(ReadManifestsTest, TellsOfKeysThatComeTwice) {
  const struct {
    const char* text;
    std::vector<std::string> repeats;
  } cases[] = {
      {"a: 1\nb: 2\n", {}},
      {"kind: A\nspec:\n  maxReplicas: 3\n  maxReplicas: 4\n",
       {"line 4: key \"maxReplicas\" already set in map"}},
      {"a: 1\na:\n  b: 1\n  b: 2\n",
       {"line 4: key \"b\" already set in map", "line 3: key \"a\" already set in map"}},
      {"- a: 1\n  a:\n- a: 1\n", {"line 2: key \"a\" already set in map"}},
      {"a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n", {"line 4: key \"b\" already set in map"}},
      {"1: a\n1: b\ntrue: a\nyes: b\n\"\\\"\": a\n\"\\\"\": b\n",
       {"line 2: key 1 already set in map", "line 4: key true already set in map",
        "line 6: key \"\\\"\" already set in map"}},
      {"---\nkind: List\nitems:\n- {a: 1, a: 2}\n- b: 1\n",
       {"line 4: key \"a\" already set in map"}},
  };
  for (const auto& [text, repeats] : cases) {
    const auto manifests = ReadManifests(text);
    ASSERT_TRUE(manifests.ok()) << text;
    EXPECT_EQ(manifests->at(0).repeats, repeats) << text;
    for (size_t i = 1; i < manifests->size(); ++i) {
      EXPECT_TRUE(manifests->at(i).repeats.empty()) << text;
    }
  }
}

TEST(ReadManifestsTest, TellsOfAHundredKeysThatComeAgain) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "k: 1\n";
  EXPECT_EQ(ReadManifests(text)->at(0).repeats.size(), 100u);
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

TEST(IsOfAnotherKindTest, TellsWhatStandsBesideAnHpa) {
  const std::pair<const char*, bool> rows[] = {
      {"{kind: Deployment, apiVersion: apps/v1}", true},
      {"{kind: Service, apiVersion: v1}", true},
      {"{kind: HorizontalPodAutoscaler, apiVersion: autoscaling/v2}", false},
      {"{kind: HorizontalPodAutoScaler, apiVersion: autoscaling/v2}", false},
      {"{kind: HorizontalPodAutoscaler, apiVersion: autoscaling/v3}", false},
      {"{kind: HorizontalPodAutoscaler, apiVersion: v2}", false},
      {"{kind: HorizontalPodAutoscaler}", false},
      {"{apiVersion: v1}", false},
      {"[a]", false},
  };
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(IsOfAnotherKind(ReadManifests(text)->at(0).json), expected) << text;
  }
}

}  // namespace
}  // namespace kubegauge::server
