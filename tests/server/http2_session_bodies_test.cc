// HTTP/2 without a socket: bodies that are made while they are sent.

#include <gmock/gmock.h>

#include <stdexcept>

#include "tests/server/http2_session_fixture.h"

namespace kubegauge::testing {
namespace {

using apiservice::Response;
using server::Http2Stream;
using ::testing::ElementsAre;

// Gives one part after the other.
class PartsStream final : public apiservice::BodyStream {
 public:
  PartsStream(std::vector<std::string> parts, int& made) : parts_(std::move(parts)), made_(made) {}
  bool Next(std::string& out) override {
    out.append(parts_.at(static_cast<size_t>(made_++)));
    return static_cast<size_t>(made_) < parts_.size();
  }

 private:
  const std::vector<std::string> parts_;
  int& made_;
};

class FailingStream final : public apiservice::BodyStream {
 public:
  bool Next(std::string&) override { throw std::runtime_error("out of luck"); }
};

class NoEvents final : public apiservice::EventStream {
 public:
  boost::asio::awaitable<bool> Next(std::string&) override { co_return false; }
};

class Http2SessionBodies : public Http2SessionFixture {
 protected:
  static Response Streamed(std::vector<std::string> parts, int& made) {
    return {
        .headers = {}, .body = "", .stream = std::make_unique<PartsStream>(std::move(parts), made)};
  }
};

TEST_F(Http2SessionBodies, AreMadeAsTheClientHasRoom) {
  window_ = 100;
  reads_ = false;
  const int32_t id = peer().Ask("/");
  int made = 0;
  Respond(*TakeRequest(), Streamed({std::string(80, 'a'), std::string(80, 'b'), "c"}, made));
  Exchange();
  EXPECT_EQ(made, 2);
  EXPECT_EQ(peer().answer(id).body, std::string(80, 'a') + std::string(20, 'b'));
  EXPECT_EQ(peer().answer(id).headers.Find("content-length"), "");
  peer().OpenWindow(id, 60);
  Exchange();
  EXPECT_EQ(made, 2) << "there is no room for the next";
  peer().OpenWindow(id, 1);
  Exchange();
  EXPECT_EQ(peer().answer(id).body, std::string(80, 'a') + std::string(80, 'b') + "c");
  EXPECT_TRUE(peer().answer(id).is_closed);
}

TEST_F(Http2SessionBodies, TakeTurns) {
  const int32_t first = peer().Ask("/1");
  Http2Stream* one = TakeRequest();
  const int32_t second = peer().Ask("/2");
  Http2Stream* two = TakeRequest();
  Respond(*one, {.headers = {}, .body = std::string(500'000, '1')});
  Respond(*two, {.headers = {}, .body = std::string(50'000, '2')});
  std::string sent;
  for (int i = 0; i < 3; ++i) sent += Sent();
  EXPECT_LE(sent.size(), 3 * (server::Http2Session::kSendBytes + 17'000));
  EXPECT_TRUE(peer().Receive(sent));
  EXPECT_TRUE(peer().answer(second).is_closed);
  EXPECT_FALSE(peer().answer(first).is_closed);
}

TEST_F(Http2SessionBodies, GiveWayWhenTheirNextPartIsLongInComing) {
  const int32_t id = peer().Ask("/");
  int made = 0;
  Respond(*TakeRequest(), Streamed({"", "", "found"}, made));
  Exchange();
  EXPECT_EQ(made, 1);
  EXPECT_TRUE(session().has_starved());
  session().ResumeStarved();
  EXPECT_FALSE(session().has_starved());
  Exchange();
  session().ResumeStarved();
  Exchange();
  EXPECT_EQ(peer().answer(id).body, "found");
  EXPECT_TRUE(peer().answer(id).is_closed);
}

TEST_F(Http2SessionBodies, ThatFailEndInAReset) {
  const int32_t id = peer().Ask("/");
  Respond(*TakeRequest(), {.headers = {}, .body = "", .stream = std::make_unique<FailingStream>()});
  Exchange();
  EXPECT_EQ(peer().answer(id).error_code, NGHTTP2_INTERNAL_ERROR);
  EXPECT_THAT(session().TakeFailures(), ElementsAre("out of luck"));
}

TEST_F(Http2SessionBodies, ThatNobodyReadsEndInAReset) {
  window_ = 100;
  reads_ = false;
  const int32_t stalled = peer().Ask("/");
  Http2Stream& stream = *TakeRequest();
  now_ns_ += Seconds(3'600);  // of serving, which is not the client's
  Respond(stream, {.headers = {}, .body = std::string(1'000, 'x')});
  Exchange();
  now_ns_ += Seconds(29);
  peer().OpenWindow(stalled, 1);
  Exchange();
  EXPECT_TRUE(session().Expire(now_ns_ + Seconds(29)));
  Exchange();
  EXPECT_FALSE(peer().answer(stalled).is_closed) << "it has read something meanwhile";
  EXPECT_TRUE(session().Expire(now_ns_ + Seconds(30)));
  Exchange();
  EXPECT_EQ(peer().answer(stalled).error_code, NGHTTP2_INTERNAL_ERROR);
  EXPECT_EQ(session().streams(), 0u);
}

TEST_F(Http2SessionBodies, OfEventsGoOutAsTheyCome) {
  const int32_t id = peer().Ask("/");
  Http2Stream& stream = *TakeRequest();
  now_ns_ += Seconds(3'600);
  int sent = 0;
  stream.on_part_sent = [&] { ++sent; };
  session().Respond(stream, {.headers = {}, .body = "", .events = std::make_unique<NoEvents>()},
                    "now", now_ns_);
  Exchange();
  EXPECT_EQ(peer().answer(id).status, 200u);
  EXPECT_TRUE(session().Expire(now_ns_ + Seconds(3'600))) << "nothing is due to the client";
  Exchange();
  EXPECT_FALSE(peer().answer(id).is_closed);
  session().SendPart(stream, "one", false, now_ns_);
  Exchange();
  EXPECT_EQ(peer().answer(id).body, "one");
  EXPECT_EQ(sent, 1);
  EXPECT_EQ(stream.deadline_ns, Http2Stream::kNever);
  session().SendPart(stream, "two", false, now_ns_);
  session().SendPart(stream, "", true, now_ns_);
  Exchange();
  EXPECT_EQ(peer().answer(id).body, "onetwo");
  EXPECT_TRUE(peer().answer(id).is_closed);
  session().Release(stream);
  EXPECT_EQ(session().streams(), 0u);
}

}  // namespace
}  // namespace kubegauge::testing
