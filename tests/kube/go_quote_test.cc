#include "kube/go_quote.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace kubegauge::kube {
namespace {

TEST(GoQuote, EqualsStrconvQuote) {
  const std::vector<std::pair<std::string, std::string_view>> rows = {
      {"", R"("")"},
      {"a b~", R"("a b~")"},
      {R"(a"b\c)", R"("a\"b\\c")"},
      {"\a\b\t\n\v\f\r", R"("\a\b\t\n\v\f\r")"},
      {std::string("\0\x1b\x7f", 3), R"("\x00\x1b\x7f")"},
      {"µ수😀", R"("µ수😀")"},
      {"\xff\xc3(\xed\xa0\x80", R"("\xff\xc3(\xed\xa0\x80")"},
      {"\uFFFD", "\"\uFFFD\""},
      {"\u0085\u00A0\u00AD\u2028\uFEFF", R"("\u0085\u00a0\u00ad\u2028\ufeff")"},
      {"\U000E0001", R"("\U000e0001")"},
  };
  for (const auto& [text, quoted] : rows) EXPECT_EQ(GoQuote(text), quoted);
}

TEST(GoTimeQuote, EscapesAllThatIsNotPrintableAscii) {
  EXPECT_EQ(GoTimeQuote("1.5x"), R"("1.5x")");
  EXPECT_EQ(GoTimeQuote(R"("\)"), R"("\"\\")");
  EXPECT_EQ(GoTimeQuote("\n\x7f"), "\"\\x0a\x7f\"");
  EXPECT_EQ(GoTimeQuote("3\u00B5"), R"("3\xc2\xb5")");
}

}  // namespace
}  // namespace kubegauge::kube
