#include "server/listener/http2_body.h"

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>

namespace kubegauge::testing {
namespace {

using server::Http2Body;

// Makes "1", "2" and "3", the last with its end.
class CountingBody final : public apiservice::BodyStream {
 public:
  bool Next(std::string& out) override {
    out.append(std::to_string(++made_));
    return made_ < 3;
  }

 private:
  int made_ = 0;
};

class EndedEvents final : public apiservice::EventStream {
 public:
  boost::asio::awaitable<bool> Next(std::string&) override { co_return false; }
};

TEST(Http2Body, IsWholeFromTheStart) {
  Http2Body body({.headers = {}, .body = "text"});
  EXPECT_EQ(body.unsent(), "text");
  EXPECT_TRUE(body.is_last());
  EXPECT_FALSE(body.is_done());
  body.OnSent(1);
  EXPECT_EQ(body.unsent(), "ext");
  body.OnSent(3);
  EXPECT_TRUE(body.is_done());
  EXPECT_TRUE(Http2Body({.headers = {}, .body = ""}).is_done());
}

TEST(Http2Body, IsMadePartByPart) {
  Http2Body body({.headers = {}, .body = "", .stream = std::make_unique<CountingBody>()});
  ASSERT_TRUE(body.makes_parts());
  EXPECT_EQ(body.unsent(), "");
  EXPECT_FALSE(body.is_last());
  for (const char* part : {"1", "2", "3"}) {
    EXPECT_FALSE(body.is_done());
    body.MakePart();
    EXPECT_EQ(body.unsent(), part);
    body.OnSent(1);
  }
  EXPECT_TRUE(body.is_done());
}

TEST(Http2Body, TakesEventsBehindWhatIsUnsent) {
  Http2Body body(
      {.headers = {}, .body = "", .stream = nullptr, .events = std::make_unique<EndedEvents>()});
  EXPECT_TRUE(body.awaits_events());
  body.Add("one", false);
  EXPECT_FALSE(body.awaits_events());
  body.OnSent(1);
  body.Add("two", false);
  EXPECT_EQ(body.unsent(), "netwo");
  body.OnSent(5);
  EXPECT_TRUE(body.awaits_events());
  body.Add("", true);
  EXPECT_FALSE(body.awaits_events());
  EXPECT_TRUE(body.is_done());
}

TEST(Http2Body, EarnsTimeWithEachPartAndEachSoMuchOfALargeOne) {
  Http2Body body({.headers = {}, .body = std::string(2 * Http2Body::kProgressBytes + 10, 'x')});
  EXPECT_FALSE(body.OnSent(1));
  EXPECT_FALSE(body.OnSent(Http2Body::kProgressBytes - 2));
  EXPECT_TRUE(body.OnSent(1));
  EXPECT_TRUE(body.OnSent(Http2Body::kProgressBytes));
  EXPECT_FALSE(body.OnSent(9));
  EXPECT_TRUE(body.OnSent(1));
}

}  // namespace
}  // namespace kubegauge::testing
