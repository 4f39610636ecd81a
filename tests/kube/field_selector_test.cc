#include "kube/field_selector.h"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace kubegauge::kube {

void PrintTo(const FieldTerm& term, std::ostream* out) {
  *out << term.field << (term.op == FieldOperator::kEquals ? "=" : "!=") << term.value;
}

namespace {

using enum FieldOperator;
using ::testing::ElementsAreArray;

FieldSelector Parsed(std::string_view text) {
  absl::StatusOr<FieldSelector> selector = FieldSelector::Parse(text);
  EXPECT_TRUE(selector.ok()) << text << ": " << selector.status();
  return selector.ok() ? *std::move(selector) : FieldSelector();
}

TEST(FieldSelector, SplitsIntoSortedTerms) {
  const std::vector<std::pair<std::string_view, std::vector<FieldTerm>>> rows = {
      {"", {}},
      {",", {}},
      {"metadata.name=x", {{"metadata.name", kEquals, "x"}}},
      {"metadata.name==x", {{"metadata.name", kEquals, "x"}}},
      {"metadata.namespace!=x", {{"metadata.namespace", kNotEquals, "x"}}},
      {"metadata.namespace=", {{"metadata.namespace", kEquals, ""}}},
      {"x=a,a=x", {{"a", kEquals, "x"}, {"x", kEquals, "a"}}},
      {",a=a,", {{"a", kEquals, "a"}}},
      {"=v", {{"", kEquals, "v"}}},
      {"=", {}},
      {"!=,a=b", {{"a", kEquals, "b"}}},
      {R"(k=\,,k2=v2)", {{"k2", kEquals, "v2"}, {"k", kEquals, ","}}},
      {R"(k=\\,k2=v2)", {{"k2", kEquals, "v2"}, {"k", kEquals, "\\"}}},
      {R"(k=\\\,,k2=v2)", {{"k2", kEquals, "v2"}, {"k", kEquals, "\\,"}}},
      {R"(x=a||y\=b)", {{"x", kEquals, "a||y=b"}}},
      {"a b = c ", {{"a b ", kEquals, " c "}}},
      {"함=수,목=록", {{"목", kEquals, "록"}, {"함", kEquals, "수"}}},
      {"x=\xff", {{"x", kEquals, "\xff"}}},
      {"x=\xff\\=", {{"x", kEquals, "\xef\xbf\xbd="}}},
  };
  for (const auto& [text, terms] : rows) {
    EXPECT_THAT(Parsed(text).terms(), ElementsAreArray(terms)) << text;
    EXPECT_EQ(Parsed(text).empty(), terms.empty()) << text;
  }
}

TEST(FieldSelector, RejectsWithUpstreamsText) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"x", "invalid selector: 'x'; can't understand 'x'"},
      {"x=a,b", "invalid selector: 'x=a,b'; can't understand 'b'"},
      {"x in (a,b,c)", "invalid selector: 'x in (a,b,c)'; can't understand 'b'"},
      {"x!y", "invalid selector: 'x!y'; can't understand 'x!y'"},
      {"x==a==b", "invalid field selector: unescaped character in value: 61"},
      {"x=a||y=b", "invalid field selector: unescaped character in value: 61"},
      {"x!==b", "invalid field selector: unescaped character in value: 61"},
      {R"(k=\a)", R"(invalid field selector: invalid escape sequence: \a)"},
      {R"(k=\)", R"(invalid field selector: invalid escape sequence: \)"},
      {R"(k=\\\)", R"(invalid field selector: invalid escape sequence: \)"},
      {R"(k=\수)", R"(invalid field selector: invalid escape sequence: \수)"},
  };
  for (const auto& [text, message] : rows) {
    const absl::Status status = FieldSelector::Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(std::string(status.message()), message) << text;
  }
}

TEST(FieldSelector, SelectsByAllTerms) {
  const std::map<std::string, std::string> fields = {
      {"foo", "bar"}, {"baz", "blah"}, {"complex", "=value\\,\\"}};
  const auto find = [&](const std::string& field) -> std::string_view {
    const auto found = fields.find(field);
    return found == fields.end() ? std::string_view() : std::string_view(found->second);
  };
  for (const char* text : {"", "foo=bar", "foo==bar", "foo!=blah", "foo=bar,baz=blah",
                           "other=", "other!=x", R"(foo=bar,baz=blah,complex=\=value\\\,\\)"}) {
    EXPECT_TRUE(Parsed(text).Matches(find)) << text;
  }
  for (const char* text : {"foo=blah", "foo!=bar", "foo=bar,foobar=bar,baz=blah", "other=x",
                           "other!=", "foo=bar,foo!=bar"}) {
    EXPECT_FALSE(Parsed(text).Matches(find)) << text;
  }
}

TEST(FieldSelector, KnowsTheExactValueOfAField) {
  EXPECT_EQ(Parsed("").RequiresExactMatch("a"), std::nullopt);
  EXPECT_EQ(Parsed("a=b").RequiresExactMatch("test"), std::nullopt);
  EXPECT_EQ(Parsed("a=b,test=b").RequiresExactMatch("test"), "b");
  EXPECT_EQ(Parsed("test=").RequiresExactMatch("test"), "");
  EXPECT_EQ(Parsed("test!=b").RequiresExactMatch("test"), std::nullopt);
  EXPECT_EQ(Parsed("test!=c,test=b").RequiresExactMatch("test"), "b");
}

TEST(FieldSelector, EscapesValues) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"", ""},     {"a", "a"},     {"=", "\\="},
      {",", "\\,"}, {"\\", "\\\\"}, {R"(\=\,\)", R"(\\\=\\\,\\)"}};
  for (const auto& [value, escaped] : rows) EXPECT_EQ(EscapeFieldValue(value), escaped);
  EXPECT_EQ(Parsed(R"(b!=\=,a==\\)").ToString(), R"(a=\\,b!=\=)");
}

TEST(FieldSelector, ReadsAnyEscapedValue) {
  std::mt19937 random(5);
  constexpr std::string_view kBytes = "\\,=!a";
  for (int i = 0; i < 20'000; ++i) {
    std::string value;
    for (unsigned n = random() % 12; n > 0; --n) value += kBytes[random() % kBytes.size()];
    const FieldSelector selector = Parsed("f!=" + EscapeFieldValue(value));
    ASSERT_THAT(selector.terms(), ElementsAreArray({FieldTerm{"f", kNotEquals, value}}));
    ASSERT_EQ(Parsed(selector.ToString()), selector);
  }
}

}  // namespace
}  // namespace kubegauge::kube
