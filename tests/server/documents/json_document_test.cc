#include "server/documents/json_document.h"

#include <gtest/gtest.h>

#include <string>

#include "autoscaler/written_json.h"

namespace kubegauge::server {
namespace {

std::string Read(const std::string& text, Repeats repeats = Repeats::kLastWins) {
  const auto json = ParseJsonDocument(text, repeats);
  if (!json.ok()) return std::string(json.status().message());
  return autoscaler::WithPlainNumbers(*json).dump();
}

TEST(JsonDocumentTest, ReadsWhatGoReads) {
  const struct {
    const char* text;
    const char* json;
  } kCases[] = {
      {" {\"a\" : [1, -2.5, 1e3, true, false, null, \"x\"]}\n",
       R"({"a":[1,-2.5,1000.0,true,false,null,"x"]})"},
      {"18446744073709551615", "18446744073709551615"},
      {"-9223372036854775808", "-9223372036854775808"},
      {R"("\"\\\/\b\f\n\r\tA\u00e9\u20ac\ud83d\ude00")",
       "\"\\\"\\\\/\\b\\f\\n\\r\\tA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""},
      {R"("\ud800x")", "\"\xEF\xBF\xBDx\""},
      {"{}", "{}"},
      {"[]", "[]"},
      {"0", "0"},
  };
  for (const auto& [text, json] : kCases) EXPECT_EQ(Read(text), json) << text;
}

TEST(JsonDocumentTest, RefusesInGosWords) {
  const struct {
    const char* text;
    const char* error;
  } kCases[] = {
      {"", "unexpected end of JSON input"},
      {"{\"a\":", "unexpected end of JSON input"},
      {"\"a", "unexpected end of JSON input"},
      {"{\"a\":1,}", "invalid character '}' looking for beginning of object key string"},
      {"{a}", "invalid character 'a' looking for beginning of object key string"},
      {"{\"a\" 1}", "invalid character '1' after object key"},
      {"{\"a\":1 2}", "invalid character '2' after object key:value pair"},
      {"[1 2]", "invalid character '2' after array element"},
      {"[1,]", "invalid character ']' looking for beginning of value"},
      {"{}x", "invalid character 'x' after top-level value"},
      {"'a'", R"(invalid character '\'' looking for beginning of value)"},
      {"01", "invalid character '1' after top-level value"},
      {"\xef\xbb\xbf{}", "invalid character 'ï' looking for beginning of value"},
      {"\x80", R"(invalid character '\u0080' looking for beginning of value)"},
      {"-x", "invalid character 'x' in numeric literal"},
      {"1.x", "invalid character 'x' after decimal point in numeric literal"},
      {"1ex", "invalid character 'x' in exponent of numeric literal"},
      {"trux", "invalid character 'x' in literal true (expecting 'e')"},
      {"\"\n\"", R"(invalid character '\n' in string literal)"},
      {R"("\x")", "invalid character 'x' in string escape code"},
      {R"("\u00g0")", R"(invalid character 'g' in \u hexadecimal character escape)"},
  };
  for (const auto& [text, error] : kCases) EXPECT_EQ(Read(text), error) << text;
  EXPECT_EQ(Read(std::string(300, '[')), "exceeded max depth");
}

// What writes the document would refuse such bytes, perhaps with an exception that ends a process.
TEST(JsonDocumentTest, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(Read("{\"\xff\":\"a\xe2\x82\xe2\x82\xac\xed\xa0\x80\"}"),
            "{\"\uFFFD\":\"a\uFFFD\uFFFD\u20AC\uFFFD\uFFFD\uFFFD\"}");
}

TEST(JsonDocumentTest, KeepsTheTextOfNumbers) {
  for (const char* text : {"1e3", "1.50", "99999999999999999999", "-0.0E-1", "7"}) {
    const auto json = ParseJsonDocument(text);
    ASSERT_TRUE(json.ok()) << text;
    EXPECT_EQ(autoscaler::NumberText(*json), text);
  }
}

TEST(JsonDocumentTest, KeepsRepeatedMembersWhenAsked) {
  const std::string text = R"({"a":1,"b":2,"a":3})";
  EXPECT_EQ(Read(text), R"({"a":3,"b":2})");
  EXPECT_EQ(Read(text, Repeats::kKept), R"({"a":1,"b":2,"a":3})");
}

TEST(JsonDocumentTest, ReadsStreams) {
  const auto documents = ParseJsonDocuments("{\"a\":1}\n{\"b\":2} [3]", Repeats::kKept);
  ASSERT_TRUE(documents.ok());
  EXPECT_EQ(autoscaler::Json(*documents).dump(), R"([{"a":1},{"b":2},[3]])");
  EXPECT_FALSE(ParseJsonDocuments("{} x", Repeats::kKept).ok());
}

}  // namespace
}  // namespace kubegauge::server
