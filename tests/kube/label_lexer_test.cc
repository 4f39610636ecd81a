#include "kube/label_lexer.h"

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kubegauge::kube {

void PrintTo(const LabelLexeme& lexeme, std::ostream* out) {
  *out << static_cast<int>(lexeme.token) << ":" << lexeme.text;
}

namespace {

using enum LabelToken;

TEST(LexLabelSelector, SplitsIntoTheLongestTokens) {
  const LabelLexeme end{kEnd, ""};
  const LabelLexeme open{kOpenParenthesis, "("}, close{kClosedParenthesis, ")"}, comma{kComma, ","};
  const auto id = [](std::string_view text) { return LabelLexeme{kIdentifier, text}; };
  const std::vector<std::pair<std::string, std::vector<LabelLexeme>>> rows = {
      {"", {end}},
      {" \t\r\n", {end}},
      {"key", {id("key"), end}},
      {"~||", {id("~||"), end}},
      {"!key", {{kNot, "!"}, id("key"), end}},
      {"!!=", {{kNot, "!"}, {kNotEquals, "!="}, end}},
      {"===", {{kDoubleEquals, "=="}, {kEquals, "="}, end}},
      {"a=!b", {id("a"), {kEquals, "="}, {kNot, "!"}, id("b"), end}},
      {"key>2", {id("key"), {kGreaterThan, ">"}, id("2"), end}},
      {"key <1", {id("key"), {kLessThan, "<"}, id("1"), end}},
      {"key in (\nv1,v2 )", {id("key"), {kIn, "in"}, open, id("v1"), comma, id("v2"), close, end}},
      {"x notin(),y", {id("x"), {kNotIn, "notin"}, open, close, comma, id("y"), end}},
      {"inn In", {id("inn"), id("In"), end}},
      {std::string("a\0b\0\0c", 6), {id("a"), id("b"), end}},
      {std::string("=\0=", 3), {{kEquals, "="}, {kEquals, "="}, end}},
  };
  for (const auto& [text, lexemes] : rows) EXPECT_EQ(LexLabelSelector(text), lexemes) << text;
}

}  // namespace
}  // namespace kubegauge::kube
