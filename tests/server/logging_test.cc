#include "server/logging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>
#include <string>

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(LogLine, SplitsTheMessageFromItsFields) {
  const LogLine line = ParseLogLine(R"(Scrape failed node=n1 error="open \"x\": no" took_ms=12)");
  EXPECT_EQ(line.message, "Scrape failed");
  EXPECT_THAT(line.fields, ElementsAre(Pair("node", "n1"), Pair("error", R"(open "x": no)"),
                                       Pair("took_ms", "12")));
}

TEST(LogLine, QuotesWithinAQuotedValueAreOfIt) {
  const LogLine line = ParseLogLine(R"(Broken error="f: "max" is "none"" path="" n=1)");
  EXPECT_EQ(line.message, "Broken");
  EXPECT_THAT(line.fields, ElementsAre(Pair("error", R"(f: "max" is "none")"), Pair("path", ""),
                                       Pair("n", "1")));
}

TEST(LogLine, IsAllMessageWithoutFields) {
  for (const char* text : {"Serving", "Two words", "a = b", "error=\"never closed", "x==", "k=v"}) {
    const LogLine line = ParseLogLine(text);
    EXPECT_EQ(line.message, text);
    EXPECT_THAT(line.fields, ElementsAre());
  }
}

TEST(LogLine, TakesEmptyValues) {
  const LogLine line = ParseLogLine("Done a= b=\"\"");
  EXPECT_EQ(line.message, "Done");
  EXPECT_THAT(line.fields, ElementsAre(Pair("a", ""), Pair("b", "")));
}

std::string Repeated(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

// With work that grows with the square of the text these would take minutes.
TEST(LogLine, ForeignTextThatIsNearlyFieldsIsReadInLinearTime) {
  for (const char* part : {" a=b", " a=\"", "\" ", " a"}) {
    const std::string text = "Broken error=\"x" + Repeated(part, 1 << 17) + "\" z";
    EXPECT_EQ(ParseLogLine(text).message.size(), text.size()) << part;
  }
}

TEST(LogLine, AMessageMayNameWhatLooksLikeAField) {
  const LogLine line = ParseLogLine("Took a=\"x y\"z for one n=1");
  EXPECT_EQ(line.message, "Took a=\"x y\"z for one");
  EXPECT_THAT(line.fields, ElementsAre(Pair("n", "1")));
}

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// What a logger of these options writes of what `write` logs.
template <class Write>
std::string Written(const LogOptions& options, const Write& write) {
  const std::unique_ptr<std::FILE, FileCloser> file(std::tmpfile());
  write(*MakeLogger(options, file.get()));
  std::rewind(file.get());
  std::string text(1 << 20, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  return text;
}

void LogFourLines(spdlog::logger& log) {
  log.info("Serving address=\"127.0.0.1:1\"");
  log.error("Broken error=\"two\nlines\"");
  log.debug("Detail n={}", 1);
  log.trace("Tiny");
}

TEST(Logger, WritesText) {
  EXPECT_THAT(Written({.format = LogFormat::kText, .verbosity = 0}, LogFourLines),
              ::testing::MatchesRegex(
                  "[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z info Serving address=\"127.0.0.1:1\"\n"
                  "[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z error Broken error=\"two lines\"\n"));
}

TEST(Logger, WritesJson) {
  EXPECT_THAT(Written({.format = LogFormat::kJson, .verbosity = 4}, LogFourLines),
              ::testing::MatchesRegex(
                  R"re(\{"ts":"[^"]*Z","level":"info","msg":"Serving","address":"127.0.0.1:1"\})re"
                  "\n"
                  R"re(\{"ts":"[^"]*Z","level":"error","msg":"Broken","error":"two\\nlines"\})re"
                  "\n"
                  R"re(\{"ts":"[^"]*Z","level":"debug","msg":"Detail","n":"1"\})re"
                  "\n"));
}

TEST(Logger, WritesNothingThatATerminalObeys) {
  const std::string text = Written({.format = LogFormat::kText}, [](spdlog::logger& log) {
    log.warn("Broken error=\"\x1b[31mred\xc2\x9b\xff \u20AC\"");
  });
  EXPECT_THAT(text, ::testing::EndsWith("error=\"\\x1b[31mred\\x9b\\xff \u20AC\"\n"));
}

TEST(Logger, WritesOfALongLineTheBeginning) {
  const auto log_long = [](spdlog::logger& log) {
    log.warn("Broken hpa=\"a/b\" error=\"{}\" n=1", std::string(100'000, 'x'));
  };
  const std::string text = Written({.format = LogFormat::kText}, log_long);
  EXPECT_LT(text.size(), 4200);
  EXPECT_THAT(text, ::testing::EndsWith(" bytes more)\"\n"));

  const std::string json = Written({.format = LogFormat::kJson}, log_long);
  EXPECT_LT(json.size(), 4200);
  EXPECT_THAT(json, ::testing::HasSubstr(R"("msg":"Broken","hpa":"a/b","error":"xxx)"));
  EXPECT_THAT(json, ::testing::EndsWith(" bytes more)\"}\n"));
}

}  // namespace
}  // namespace kubegauge::server
