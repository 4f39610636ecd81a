#include "kube/go_json.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

namespace kubegauge::kube {
namespace {

TEST(GoJsonQuote, EqualsJsonMarshal) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", R"("")"},
      {"a<b>&c", R"("a\u003cb\u003e\u0026c")"},
      {"a\"b\\/", R"("a\"b\\/")"},
      {"x\a\b\f\n\r\t\x1b", R"("x\u0007\b\f\n\r\t\u001b")"},
      {"\u00A0\x7f\U000E0001", "\"\u00A0\x7f\U000E0001\""},
      {"\u2028\u2029\u202A", "\"\\u2028\\u2029\u202A\""},
      {"\xff", "\"\uFFFD\""},
  };
  for (const auto& [text, quoted] : rows) EXPECT_EQ(GoJsonQuote(text), quoted) << text;
}

TEST(EscapeJsonForHtml, LeavesTheRestAsItIs) {
  EXPECT_EQ(EscapeJsonForHtml(R"({"a":["<",1e3,"\\"]})"), R"({"a":["\u003c",1e3,"\\"]})");
}

}  // namespace
}  // namespace kubegauge::kube
