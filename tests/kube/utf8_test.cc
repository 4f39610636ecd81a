#include "kube/utf8.h"

#include <gtest/gtest.h>

#include <vector>

namespace kubegauge::kube {
namespace {

TEST(FirstRune, DecodesWhatIsWellFormed) {
  struct Row {
    std::string_view text;
    char32_t value;
    size_t size;
  };
  const std::vector<Row> rows = {
      {std::string_view("\0x", 2), 0, 1},
      {"ab", U'a', 1},
      {"\x7f", 0x7F, 1},
      {"\xc2\x80", 0x80, 2},
      {"\xdf\xbfz", 0x7FF, 2},
      {"\xe0\xa0\x80", 0x800, 3},
      {"\xed\x9f\xbf", 0xD7FF, 3},
      {"\xef\xbf\xbd", 0xFFFD, 3},
      {"\xf0\x90\x80\x80", 0x10000, 4},
      {"\xf4\x8f\xbf\xbf", 0x10FFFF, 4},
      // Not UTF-8: stray, cut off, overlong, surrogate, too large.
      {"\x80", kReplacementRune, 1},
      {"\xc2", kReplacementRune, 1},
      {"\xc2z", kReplacementRune, 1},
      {"\xe0\xa0", kReplacementRune, 1},
      {"\xc1\xbf", kReplacementRune, 1},
      {"\xe0\x9f\xbf", kReplacementRune, 1},
      {"\xf0\x8f\xbf\xbf", kReplacementRune, 1},
      {"\xed\xa0\x80", kReplacementRune, 1},
      {"\xf4\x90\x80\x80", kReplacementRune, 1},
      {"\xff", kReplacementRune, 1},
  };
  for (const Row& row : rows) {
    const Rune rune = FirstRune(row.text);
    EXPECT_EQ(rune.value, row.value) << row.text;
    EXPECT_EQ(rune.size, row.size) << row.text;
  }
}

TEST(ToValidUtf8, ReplacesEachByteThatIsNone) {
  EXPECT_EQ(ToValidUtf8(""), "");
  EXPECT_EQ(ToValidUtf8("a\u20AC\uFFFD"), "a\u20AC\uFFFD");
  EXPECT_EQ(ToValidUtf8("\xe2\x82z\xff"), "\uFFFD\uFFFDz\uFFFD");
  EXPECT_EQ(ValidUtf8Size("a\u20AC\xff"), 4u);
}

TEST(AppendForTerminal, ShowsWhatATerminalWouldObey) {
  std::string shown = ">";
  AppendForTerminal("a\u20AC\t\n\x1b[2J\r\x7f\u009b\x9b", shown);
  EXPECT_EQ(shown, ">a\u20AC\t\n\\x1b[2J\\x0d\\x7f\\x9b\\x9b");
}

}  // namespace
}  // namespace kubegauge::kube
