#include "apiservice/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace kubegauge::apiservice {
namespace {

std::string Quoted(std::string_view text) {
  std::string json;
  AppendJsonString(text, json);
  return json;
}

TEST(JsonString, EscapesAsGoDoes) {
  const struct {
    std::string text;
    std::string json;
  } kCases[] = {
      {"", R"("")"},
      {"plain-name.0", R"("plain-name.0")"},
      {"a\"b\\c/d", R"("a\"b\\c/d")"},
      {"\b\f\n\r\t\x01\x1f", R"("\b\f\n\r\t\u0001\u001f")"},
      {"<a href='x'>&", R"("\u003ca href='x'\u003e\u0026")"},
      {"\x7f", "\"\x7f\""},
      {"µs – 東京 \xf0\x9f\x9a\x80", "\"µs – 東京 \xf0\x9f\x9a\x80\""},
      {"\xe2\x80\xa8\xe2\x80\xa9", R"("\u2028\u2029")"},
      {"a\xff"
       "b\xc3",
       R"("a\ufffdb\ufffd")"},
      {"\xed\xa0\x80", R"("\ufffd\ufffd\ufffd")"},
      {"\xc0\xaf", R"("\ufffd\ufffd")"},
  };
  for (const auto& test : kCases) EXPECT_EQ(Quoted(test.text), test.json);
}

TEST(JsonString, AnyBytesGiveAValidStringOfBoundedLength) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 40, '\0');
    for (char& c : text) c = static_cast<char>(random());
    const std::string json = Quoted(text);
    EXPECT_TRUE(nlohmann::json::accept(json)) << json;
    EXPECT_LE(json.size(), 2 + text.size() * kMaxJsonBytesPerByte);
  }
}

TEST(JsonIndenter, IndentsAsGoDoesHoweverTheTextIsCut) {
  const std::string compact =
      R"({"a":[],"b":{},"c":[1,"x, {y}: \"[z]\"",{"d":null}],"e":{"f":[[],[2]]}})";
  const std::string indented = nlohmann::ordered_json::parse(compact).dump(2);
  EXPECT_EQ(IndentJson(compact), indented);
  for (size_t cut = 0; cut <= compact.size(); ++cut) {
    JsonIndenter indenter;
    std::string out;
    indenter.Append(std::string_view(compact).substr(0, cut), out);
    indenter.Append(std::string_view(compact).substr(cut), out);
    indenter.Append("\n", out);
    EXPECT_EQ(out, indented) << "cut at " << cut;
  }
}

}  // namespace
}  // namespace kubegauge::apiservice
