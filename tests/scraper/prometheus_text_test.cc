#include "scraper/prometheus_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "scraper/prometheus_grammar.h"
#include "tests/scraper/testdata_file.h"

namespace kubegauge::scraper {
namespace {

using namespace std::string_literals;

std::string Describe(const PrometheusSample& sample) {
  return fmt::format("[{}][{}] {} {}\n", sample.name, sample.labels, sample.value,
                     sample.timestamp_ms ? fmt::to_string(*sample.timestamp_ms) : "-");
}

// What the grammar alone reads: a line a sample, "error" at the end if it failed.
std::string ReadByGrammar(std::string_view body) {
  std::string text;
  PrometheusSample sample;
  for (size_t position = 0;;) {
    const auto entry = ReadPrometheusEntry(body, position, sample);
    if (!entry.ok()) return text + "error\n";
    if (*entry == PrometheusEntry::kEnd) return text;
    if (*entry == PrometheusEntry::kSample) text += Describe(sample);
  }
}

std::string ReadByText(std::string_view body) {
  PrometheusText reader;
  reader.Begin(body);
  std::string text;
  PrometheusSample sample;
  for (;;) {
    const auto more = reader.Next(sample);
    if (!more.ok()) return text + "error\n";
    if (!*more) return text;
    text += Describe(sample);
  }
}

TEST(PrometheusText, ReadsAndRefusesAsPrometheusDoes) {
  struct {
    std::string body;
    std::string samples;
  } const kCases[] = {
      {"", ""},
      {"\n\n", ""},
      {"a 1\n", "[a][] 1 -\n"},
      {"a 1", "[a][] 1 -\n"},
      {"a 1 2", "[a][] 1 2\n"},
      {"a\t1 \t 2 \n", "[a][] 1 2\n"},
      {"a-1", "[a][] -1 -\n"},
      {"a{b=\"c\"}1", "[a][{b=\"c\"}] 1 -\n"},
      {"a:b_9{} 1\n", "[a:b_9][{}] 1 -\n"},
      {"a{b=\"c\",} 1\n", "[a][{b=\"c\",}] 1 -\n"},
      {"a{b=\"c\"d=\"e\"} 1\n", "[a][{b=\"c\"d=\"e\"}] 1 -\n"},
      {"a{ b = \"c\" , \"d e\"=\"f\" } 1\n", "[a][{ b = \"c\" , \"d e\"=\"f\" }] 1 -\n"},
      {"a{b=\"\\\"}\\\\\"} 1\n", "[a][{b=\"\\\"}\\\\\"}] 1 -\n"},
      {"a{b=\"two\nlines\"} 1\n", "[a][{b=\"two\nlines\"}] 1 -\n"},
      {"a{b=\"\xC3\xA9\"} 1\n", "[a][{b=\"\xC3\xA9\"}] 1 -\n"},
      {"a{b=\"\0\"} 1\n"s, "[a][{b=\"\0\"}] 1 -\n"s},
      // White space counts for the name.
      {" a 1\n", "[ a][] 1 -\n"},
      {"a {b=\"c\"} 1\n", "[a ][{b=\"c\"}] 1 -\n"},
      {"{\"a\",b=\"c\"} 1\n", "[][{\"a\",b=\"c\"}] 1 -\n"},
      // Comments, of which only HELP and TYPE are looked at.
      {"# EOF\na 1\n", "[a][] 1 -\n"},
      {"# UNIT a b\n#\n#x\n# HELP\n# TYPES\r\n", ""},
      {"# HELP a\n# HELP a b\r\n# HELP a \xC3\xA9\n# HELP \"a b\" c\n", ""},
      {"# TYPE a counter\n# TYPE a untyped\n", ""},
      // A zero byte where a line could begin ends the text.
      {"a 1\n\0!"s, "[a][] 1 -\n"},
      {"a 1\n#\0\n!"s, "[a][] 1 -\n"},
      {"# \0\n!"s, ""},
      {"# a\0b\nc 1\n"s, "[c][] 1 -\n"},

      {"<html>", "error\n"},
      {"a", "error\n"},
      {"a \n", "error\n"},
      {"a{b=\"c", "error\n"},
      {"a{b=\"c\"", "error\n"},
      {"a{b=\"c\"}", "error\n"},
      {"a{b=\"c\"} \n", "error\n"},
      {"a{,} 1\n", "error\n"},
      {"a{b=\"c\",,} 1\n", "error\n"},
      {"a{b=c} 1\n", "error\n"},
      {"a{b} 1\n", "error\n"},
      {"a{9=\"c\"} 1\n", "error\n"},
      {"a{b=\"c\\\n\"} 1\n", "error\n"},
      {"a{b=\"\xFF\"} 1\n", "error\n"},
      {"a{b=\"\xED\xA0\x80\"} 1\n", "error\n"},
      {"a{\"b\"} 1\n", "error\n"},
      {"{} 1\n", "error\n"},
      {"{b=\"c\"} 1\n", "error\n"},
      {"{\"a\",b=\"c\"} 1\nd{\"a\",b=\"c\"} 1\n", "[][{\"a\",b=\"c\"}] 1 -\nerror\n"},
      {"9a 1\n", "error\n"},
      {"a 1\r\n", "error\n"},
      {"a 1 2\r\n", "error\n"},
      {"a 1 -2\n", "error\n"},
      {"a 1 2.5\n", "error\n"},
      {"a 1 2 3\n", "error\n"},
      {"a 1 9223372036854775807\n", "[a][] 1 9223372036854775807\n"},
      {"a 1 9223372036854775808\n", "error\n"},
      {"a 1 # {trace=\"b\"} 1\n", "error\n"},
      {"a 1e400\n", "error\n"},
      {"a 0x1p3\n", "error\n"},
      {"a 1\0\n"s, "error\n"},
      {"# TYPE a\n", "error\n"},
      {"# TYPE a unknown\n", "error\n"},
      {"# TYPE a  counter\n", "error\n"},
      {"# TYPE a counter \n", "error\n"},
      {"# TYPE a counter\r\n", "error\n"},
      {"# HELP \n", "error\n"},
      {"# HELP 9 a\n", "error\n"},
      {"# HELP a \xFF\n", "error\n"},
  };
  for (const auto& [body, samples] : kCases) {
    EXPECT_EQ(ReadByText(body), samples) << body;
    EXPECT_EQ(ReadByGrammar(body), samples) << body;
  }
}

TEST(PrometheusText, SaysWhatIsWrongAndWhere) {
  PrometheusText reader;
  PrometheusSample sample;
  reader.Begin("a 1\nb{c=\"d\"} one\n");
  ASSERT_TRUE(reader.Next(sample).ok());
  EXPECT_EQ(std::string(reader.Next(sample).status().message()),
            R"(line 2: the value is not a number: "b{c=\"d\"} one")");
}

TEST(PrometheusText, NumbersRepeatedLabelSetsAlike) {
  PrometheusText reader;
  reader.Begin(
      "a{x=\"1\"} 1\na{x=\"2\"} 1\na{x=\"3\"} 1\n"
      "b{x=\"1\"} 1\nb{x=\"3\"} 1\n"
      "c{x=\"1\"} 1\nc{x=\"3\"} 1\nc{x=\"4\"} 1\n");
  std::vector<uint32_t> sets;
  PrometheusSample sample;
  while (*reader.Next(sample)) sets.push_back(reader.label_set());
  EXPECT_EQ(sets, (std::vector<uint32_t>{0, 1, 2, 0, 2, 0, 2, 3}));
  EXPECT_EQ(reader.label_set_count(), 4u);
}

// What a label set has in common with the one before is not read again.
TEST(PrometheusText, TakesLikelyLabelSetsAsLongAsTheyAreThose) {
  class Likely final : public LikelyLabelSets {
   public:
    const char* FindEnd(uint32_t set, const char* text, const char* end) const override {
      const std::string labels = fmt::format("{{n=\"{}\"}}", set);
      return std::string_view(text, end - text).starts_with(labels) ? text + labels.size()
                                                                    : nullptr;
    }
  };
  const Likely likely;
  PrometheusText reader;
  const auto count_likely = [&](std::string_view body) {
    reader.Begin(body, &likely);
    std::string text;
    PrometheusSample sample;
    while (reader.Next(sample).value_or(false)) {
      text += Describe(sample);
      EXPECT_TRUE(sample.labels.empty() || reader.label_set() < reader.label_set_count());
    }
    EXPECT_EQ(text, ReadByGrammar(body));
    return reader.likely_set_count();
  };
  EXPECT_EQ(count_likely("a{n=\"0\"} 1\na{n=\"1\"} 1\nb{n=\"0\"} 1\nb{n=\"2\"} 1\n"), 3u);
  EXPECT_EQ(count_likely("a{n=\"0\"} 1\na{n=\"3\"} 1\na{n=\"2\"} 1\n"), 1u);
  EXPECT_EQ(count_likely("a{n=\"1\"} 1\n"), 0u);
  EXPECT_EQ(count_likely("a 1\na{n=\"0\"} +Inf\na{n=\"1\"}  2\na{n=\"2\"} 1\n"), 2u)
      << "what the grammar reads has no place among them";
}

TEST(PrometheusText, ReadsLabelSetsThatDifferLate) {
  static constexpr std::string_view kFirst = R"(metric{first="abcdefgh",second="ijklmnopqrst"} 1)";
  for (const std::string_view second : {
           R"(metric{first="abcdefgh",second="ijklmnopqrsu"} 2)",
           R"(metric{first="abcdefgh",second="ijklmnop"} 2)",
           R"(metric{first="abcdefgh",second="ijklmnopqrstuvwxyz"} 2)",
           R"(metric{first="abcdefgh",second="ijklmnopqrst",third="u"} 2)",
           R"(metric{first="abcdefgh",second="ijklmnop"rst"} 2)",
           "metric{first=\"abcdefgh\",second=\"ijklmnop\xC3\xA9\"} 2",
           R"(metric{first="abcdefgh",second="ijklmnopqrst" } 2)",
           R"(metric{first="abcdefgh",second="ijklmnopqrst)",
           R"(metric{first="abcdefgh",second="ijklmnop)",
           R"(metric{first="abcdefgh",second)",
           R"(metric{first="abcdefgh",sixth="ijklmnopqrst"} 2)",
           R"(metric{first="abcdefgh"} 2)",
       }) {
    for (const std::string_view end : {"\n", "", "\nmetric{first=\"abcdefgh\",second=\"i\"} 3\n"}) {
      const std::string body = fmt::format("{}\n{}{}", kFirst, second, end);
      EXPECT_EQ(ReadByText(body), ReadByGrammar(body)) << body;
    }
  }
}

// The quick way is for speed only: whatever happens to a kubelet's text, both read the same.
TEST(PrometheusText, ReadsDamagedTextAsTheGrammarDoes) {
  const std::string recorded = testing::ReadTestdata("kubelet-1.26/metrics_resource.txt");
  static constexpr std::string_view kAlphabet("\0\n\r\t \"\\{},=#_:aEe+-.019\xC3\xA9\xFF", 27);
  std::mt19937 random(20240607);
  const auto below = [&](size_t limit) { return random() % limit; };
  for (int i = 0; i < 10'000; ++i) {
    const size_t begin = recorded.find('\n', below(recorded.size() - 1)) + 1;
    std::string body = recorded.substr(begin, 200 + below(600));
    for (size_t edits = below(4); edits > 0 && !body.empty(); --edits) {
      body.replace(below(body.size()), below(3), below(3), kAlphabet[below(kAlphabet.size())]);
    }
    ASSERT_EQ(ReadByText(body), ReadByGrammar(body)) << body;
  }
}

}  // namespace
}  // namespace kubegauge::scraper
