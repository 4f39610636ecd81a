#include "server/documents/yaml_document.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace kubegauge::server {
namespace {

// The JSON of a text of one document, or why it cannot be read.
std::string JsonOfYaml(const std::string& text) {
  const auto documents = ParseYamlDocuments(text);
  if (!documents.ok()) return std::string(documents.status().message());
  return documents->size() == 1 ? documents->front().json.dump()
                                : fmt::format("{} documents", documents->size());
}

std::vector<std::string> RepeatsOfYaml(const std::string& text) {
  auto documents = ParseYamlDocuments(text);
  if (!documents.ok() || documents->empty()) return {std::string(documents.status().message())};
  return std::move(documents->front().repeats);
}

TEST(YamlDocumentTest, SortsMapsByKey) {
  EXPECT_EQ(JsonOfYaml("b: 1\nB: 2\na: [{d: 1, c: 2}]\n"), R"({"B":2,"a":[{"c":2,"d":1}],"b":1})");
}

TEST(YamlDocumentTest, SaysWhatIsWrongInUpstreamsWords) {
  const std::pair<const char*, const char*> rows[] = {
      {"a: 1\n  b: 2\n", "line 2: mapping values are not allowed in this context"},
      {"a: 1\nb: - 2\n", "line 2: block sequence entries are not allowed in this context"},
      {"a: 1\nb: ? x\n", "line 2: mapping keys are not allowed in this context"},
      {"a: 1\nb: `x\n", "line 2: found character that cannot start any token"},
      {"a: `x\n", "found character that cannot start any token"},
      {"a: 1\n\tb: 2\n", "line 2: found a tab character that violates indentation"},
      {"a:\n\tb: 2\n", "line 2: found character that cannot start any token"},
      {"a: {b: 1\n", "line 2: end of map flow not found"},
      {"a: 1\nb: 'x\nc: 2\n", "line 4: found unexpected end of stream"},
      {"a: 'x\n   ", "line 2: found unexpected end of stream"},
      {"a: 'x\n\t", "line 2: found unexpected end of stream"},
      {"a: 1\n\t", "line 2: found a tab character that violates indentation"},
      {"a: \"x\n---\nb: 2\n", "line 2: found unexpected document indicator"},
      {"a:\n  é: 1\n  b\n", "line 4: could not find expected ':'"},
      {"\xEF\xBB\xBF"
       "a:\n  é: 1\n  b\n",
       "line 4: could not find expected ':'"},
      {"a: 1\nb: \"\\ud83d\"\n", "line 2: found invalid Unicode character escape code"},
  };
  for (const auto& [text, fault] : rows) EXPECT_EQ(JsonOfYaml(text), fault) << text;
}

TEST(YamlDocumentTest, ReadsKeysWithoutValues) {
  EXPECT_EQ(JsonOfYaml("a:\nb: {c, d}\n? e\n\"f\":\n"),
            R"({"a":null,"b":{"c":null,"d":null},"e":null,"f":null})");
  EXPECT_EQ(JsonOfYaml("b: {\n  c,\n  ?\n  d\n}\n"), R"({"b":{"c":null,"d":null}})");
  EXPECT_EQ(JsonOfYaml("a: |\n  x\n"), R"({"a":"x\n"})");
  EXPECT_EQ(JsonOfYaml("a: |\n  x"), R"({"a":"x"})");
  EXPECT_EQ(JsonOfYaml("a: |\n  x\n    "), R"({"a":"x\n  "})");
}

TEST(YamlDocumentTest, OfAKeyThatComesAgainTheLastValueCounts) {
  EXPECT_EQ(JsonOfYaml("a: 1\nb: 2\na: 3\n"), R"({"a":3,"b":2})");
  EXPECT_EQ(JsonOfYaml("a: {x: 1}\na: {z: 2}\n"), R"({"a":{"z":2}})");
}

TEST(YamlDocumentTest, MergesWhereTheMergeKeyStands) {
  EXPECT_EQ(JsonOfYaml("<<: {a: 1, b: 2}\na: 3\n"), R"({"a":3,"b":2})");
  EXPECT_EQ(JsonOfYaml("a: 3\n<<: {a: 1}\n"), R"({"a":1})");
  EXPECT_EQ(JsonOfYaml("a: 3\n<<: [{a: 1, b: 2}, {b: 4, c: 5}]\n"), R"({"a":1,"b":2,"c":5})");
  EXPECT_EQ(JsonOfYaml("<<: {<<: {a: 1, b: 2}, b: 3}\n!!merge <<: {c: 4}\n\"<<\": 5\n"),
            R"({"<<":5,"a":1,"b":3,"c":4})");
  EXPECT_EQ(JsonOfYaml("x: &x {a: 1}\n<<: *x\nz: {<<: [*x, {b: 2}]}\n"),
            R"({"a":1,"x":{"a":1},"z":{"a":1,"b":2}})");
}

TEST(YamlDocumentTest, TellsOfKeysThatAMergeSetsAgain) {
  EXPECT_EQ(RepeatsOfYaml("a: 3\n<<: {a: 1, b: 2}\nb: 4\n"),
            (std::vector<std::string>{"line 2: key \"a\" already set in map",
                                      "line 3: key \"b\" already set in map"}));
}

TEST(YamlDocumentTest, RefusesWhatIsNotUtf8InTheWordsOfGo) {
  const struct {
    const char* text;
    const char* error;
  } kCases[] = {
      {"a: \"\xff\"\n", "invalid leading UTF-8 octet"},
      {"a: \x80\n", "invalid leading UTF-8 octet"},
      {"a: \xe2\x82", "incomplete UTF-8 octet sequence"},
      {"a: \xe2\x82 b\n", "invalid trailing UTF-8 octet"},
      {"a: \xc0\xaf\n", "invalid length of a UTF-8 sequence"},
      {"a: \xed\xa0\x80\n", "invalid Unicode character"},
  };
  for (const auto& [text, error] : kCases) EXPECT_EQ(JsonOfYaml(text), error) << text;
  EXPECT_EQ(JsonOfYaml("\xef\xbb\xbf"
                       "a: \u20AC\n"),
            "{\"a\":\"\u20AC\"}");
}

TEST(YamlDocumentTest, MergesOnlyMaps) {
  for (const char* text : {"<<: 1\n", "<<:\n", "<<: [{a: 1}, 2]\n", "<<: [[{a: 1}]]\n",
                           "x: &x [{a: 1}]\n<<: *x\n", "x: &x 1\n<<: [*x]\n"}) {
    EXPECT_EQ(JsonOfYaml(text), "map merge requires map or sequence of maps as the value") << text;
  }
}

// With a look at the blanks for each alias, this would take minutes.
TEST(YamlDocumentTest, LooksForTheColonOfAKeyOnce) {
  constexpr int kAliases = 60'000;
  std::string text = "a: &a\n  ?" + std::string(1'500'000, ' ') + "b\nc: [";
  for (int i = 0; i < kAliases; ++i) text += "*a,";
  const auto documents = ParseYamlDocuments(text + "]\n");
  ASSERT_TRUE(documents.ok()) << documents.status();
  EXPECT_EQ(documents->front().json["c"].size(), static_cast<size_t>(kAliases));
}

// 60,000 keys: with a search through the members for each, this would take minutes.
TEST(YamlDocumentTest, ReadsMapsOfManyKeys) {
  constexpr int kKeys = 60'000;
  std::string text;
  for (int i = 0; i < kKeys; ++i) text += fmt::format("k{:05}: {}\n", i, i);
  for (int i = 0; i < kKeys; i += 2) text += fmt::format("k{:05}: {}\n", i, -i);
  const auto documents = ParseYamlDocuments(text);
  ASSERT_TRUE(documents.ok()) << documents.status();
  ASSERT_EQ(documents->size(), 1u);
  const auto& members = documents->front().json;
  ASSERT_EQ(members.size(), static_cast<size_t>(kKeys));
  int i = 0;
  for (const auto& [key, value] : members.items()) {
    EXPECT_EQ(key, fmt::format("k{:05}", i));
    EXPECT_EQ(value, i % 2 == 0 ? -i : i);
    ++i;
  }
  EXPECT_EQ(documents->front().repeats.size(), 100u);
  EXPECT_EQ(documents->front().repeats.front(), "line 60001: key \"k00000\" already set in map");
}

TEST(YamlDocumentTest, RefusesWhatIsTooDeepOrTooLarge) {
  const std::string refusal = "the document is too deep or too large";
  EXPECT_NE(JsonOfYaml(std::string(300, '[') + std::string(300, ']')).find(refusal),
            std::string::npos);
  std::string many = "[";
  for (int i = 0; i < 200'001; ++i) many += "1,";
  EXPECT_NE(JsonOfYaml(many + "]").find(refusal), std::string::npos);
}

}  // namespace
}  // namespace kubegauge::server
