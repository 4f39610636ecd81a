#include "autoscaler/written_json.h"

#include <gtest/gtest.h>

#include <string>

namespace kubegauge::autoscaler {
namespace {

TEST(WrittenNumberTest, KeepsTheTextThatNumbersWouldLose) {
  struct Row {
    const char* text;
    bool is_kept;
    const char* plain;
  };
  const Row rows[] = {
      {"0", false, "0"},
      {"-12", false, "-12"},
      {"18446744073709551615", false, "18446744073709551615"},
      {"1.5", false, "1.5"},
      {"1.0", false, "1.0"},
      {"1.50", true, "1.5"},
      {"1e3", true, "1000.0"},
      {"-1E+3", true, "-1000.0"},
      {"100000000000000000000", true, "1e+20"},
      {"1e400", true, "0.0"},
  };
  for (const Row& row : rows) {
    const Json number = WrittenNumber(row.text);
    EXPECT_TRUE(IsNumber(number)) << row.text;
    EXPECT_EQ(NumberText(number), row.text);
    EXPECT_EQ(number.is_binary(), row.is_kept) << row.text;
    const Json plain = WithPlainNumbers(Json{{"a", Json::array({number, "1e3"})}});
    EXPECT_EQ(plain.dump(), std::string(R"({"a":[)") + row.plain + R"(,"1e3"]})");
  }
  EXPECT_FALSE(IsNumber("1e3"));
  EXPECT_FALSE(IsNumber(nullptr));
}

TEST(ParseWrittenJsonTest, ReadsTextsAndKeepsRepeatedMembers) {
  const struct {
    const char* text;
    const char* json;
  } cases[] = {
      {R"({"a":[1,-2,2.5,true,null,"x",{}],"b":{"c":[[]]}})",
       R"({"a":[1,-2,2.5,true,null,"x",{}],"b":{"c":[[]]}})"},
      {R"({"a":{"b":1},"c":[2],"a":3})", R"({"a":{"b":1},"c":[2],"a":3})"},
      {" 7 ", "7"},
  };
  for (const auto& [text, json] : cases) EXPECT_EQ(ParseWrittenJson(text).dump(), json);
  EXPECT_EQ(NumberText(ParseWrittenJson(R"({"a":[1e3]})")["a"][0]), "1e3");
  for (const char* broken : {"", "{", "[1,]", "{} 1", "1e", R"({"a")", "\xef\xbb\xbf[]"}) {
    EXPECT_TRUE(ParseWrittenJson(broken).is_discarded()) << broken;
  }
}

// An annotation of 240 KB of brackets ended the process.
TEST(ParseWrittenJsonTest, RefusesWhatIsTooDeep) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_FALSE(ParseWrittenJson(nested(256)).is_discarded());
  EXPECT_TRUE(ParseWrittenJson(nested(257)).is_discarded());
  EXPECT_TRUE(ParseWrittenJson(nested(100'000)).is_discarded());
}

}  // namespace
}  // namespace kubegauge::autoscaler
