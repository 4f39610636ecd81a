#include "server/logging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>

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

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// What a logger of these options writes of four lines.
std::string Written(const LogOptions& options) {
  const std::unique_ptr<std::FILE, FileCloser> file(std::tmpfile());
  const auto log = MakeLogger(options, file.get());
  log->info("Serving address=\"127.0.0.1:1\"");
  log->error("Broken error=\"two\nlines\"");
  log->debug("Detail n={}", 1);
  log->trace("Tiny");
  std::rewind(file.get());
  std::string text(4096, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  return text;
}

TEST(Logger, WritesText) {
  EXPECT_THAT(Written({.format = LogFormat::kText, .verbosity = 0}),
              ::testing::MatchesRegex(
                  "[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z info Serving address=\"127.0.0.1:1\"\n"
                  "[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z error Broken error=\"two lines\"\n"));
}

TEST(Logger, WritesJson) {
  EXPECT_THAT(Written({.format = LogFormat::kJson, .verbosity = 4}),
              ::testing::MatchesRegex(
                  R"re(\{"ts":"[^"]*Z","level":"info","msg":"Serving","address":"127.0.0.1:1"\})re"
                  "\n"
                  R"re(\{"ts":"[^"]*Z","level":"error","msg":"Broken","error":"two\\nlines"\})re"
                  "\n"
                  R"re(\{"ts":"[^"]*Z","level":"debug","msg":"Detail","n":"1"\})re"
                  "\n"));
}

}  // namespace
}  // namespace kubegauge::server
