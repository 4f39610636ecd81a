#include "apiservice/http_content.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/apiservice/exchange.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::HeaderLiterals;
using ::kubegauge::testing::MakeRequest;

Answer Serve(const HeaderLiterals& headers, const std::string& method = "GET") {
  return testing::Read(
      ServeContent(MakeRequest("/x", headers, method), {.media_type = "text/x",
                                                        .etag = "\"e\"",
                                                        .modified_at_seconds = 1'700'000'000,
                                                        .body = "0123456789"}));
}

constexpr char kThen[] = "Tue, 14 Nov 2023 22:13:20 GMT";
constexpr char kBefore[] = "Tue, 14 Nov 2023 22:13:19 GMT";

TEST(HttpContent, SaysAllAboutTheWhole) {
  const Answer answer = Serve({});
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.body, "0123456789");
  EXPECT_EQ(answer.headers, (HeaderLiterals{{"Etag", "\"e\""},
                                            {"Content-Type", "text/x"},
                                            {"Last-Modified", kThen},
                                            {"Accept-Ranges", "bytes"}}));
}

TEST(HttpContent, CutsOutOneRange) {
  const struct {
    std::string range;
    unsigned status;
    std::string content_range;
    std::string body;
  } kCases[] = {
      {"bytes=0-3", 206, "bytes 0-3/10", "0123"},
      {"bytes=7-", 206, "bytes 7-9/10", "789"},
      {"bytes=-2", 206, "bytes 8-9/10", "89"},
      {"bytes=-20", 206, "bytes 0-9/10", "0123456789"},
      {"bytes=5-99", 206, "bytes 5-9/10", "56789"},
      {"bytes= 1 - 2 ", 206, "bytes 1-2/10", "12"},
      {"bytes=10-", 416, "bytes */10", "invalid range: failed to overlap\n"},
      {"bytes=3-2", 416, "", "invalid range\n"},
      {"bytes=x-2", 416, "", "invalid range\n"},
      {"bytes=3", 416, "", "invalid range\n"},
      {"lines=1-2", 416, "", "invalid range\n"},
      {"bytes=99999999999999999999-", 416, "", "invalid range\n"},
      {"bytes=0-1,3-4", 200, "", "0123456789"},
  };
  for (const auto& test : kCases) {
    const Answer answer = Serve({{"Range", test.range}});
    EXPECT_EQ(answer.status, test.status) << test.range;
    EXPECT_EQ(answer.Header("Content-Range"), test.content_range) << test.range;
    EXPECT_EQ(answer.body, test.body) << test.range;
  }
}

TEST(HttpContent, HeedsConditions) {
  const struct {
    HeaderLiterals headers;
    std::string method;
    unsigned status;
  } kCases[] = {
      {{{"If-Match", "\"e\""}}, "GET", 200},
      {{{"If-Match", "\"x\", *"}}, "GET", 200},
      {{{"If-Match", "\"x\""}}, "GET", 412},
      {{{"If-Match", "W/\"e\""}}, "GET", 412},
      {{{"If-Unmodified-Since", kThen}}, "GET", 200},
      {{{"If-Unmodified-Since", kBefore}}, "GET", 412},
      {{{"If-None-Match", "W/\"e\""}}, "HEAD", 304},
      {{{"If-None-Match", "\"e\""}}, "POST", 412},
      {{{"If-None-Match", "\"x\""}, {"If-Modified-Since", kThen}}, "GET", 200},
      {{{"If-Modified-Since", kThen}}, "GET", 304},
      {{{"If-Modified-Since", kThen}}, "POST", 200},
      {{{"If-Modified-Since", kBefore}}, "GET", 200},
      {{{"Range", "bytes=0-0"}, {"If-Range", "\"e\""}}, "GET", 206},
      {{{"Range", "bytes=0-0"}, {"If-Range", kThen}}, "GET", 206},
      {{{"Range", "bytes=0-0"}, {"If-Range", "\"x\""}}, "GET", 200},
      {{{"Range", "bytes=0-0"}, {"If-Range", kBefore}}, "GET", 200},
  };
  for (const auto& test : kCases) {
    const Answer answer = Serve(test.headers, test.method);
    EXPECT_EQ(answer.status, test.status) << test.method << " " << test.headers.front().second;
    if (answer.status == 304 || answer.status == 412) {
      EXPECT_EQ(answer.body, "");
    }
  }
}

}  // namespace
}  // namespace kubegauge::apiservice
