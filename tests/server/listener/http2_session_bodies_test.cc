// HTTP/2 without a socket: bodies that are made while they are sent.

#include <gmock/gmock.h>

#include <iterator>
#include <stdexcept>

#include "tests/server/listener/http2_session_fixture.h"

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

TEST_F(Http2SessionBodies, SearchInVainOneATurnEachInItsTurn) {
  int made[3] = {};
  for (size_t i = 0; i < std::size(made); ++i) peer().Ask("/");
  Exchange();
  int* next = made;
  for (Http2Stream* stream : session().TakeRequests()) {
    Respond(*stream, Streamed({"", "", "", "found"}, *next++));
  }
  Exchange();
  EXPECT_THAT(made, ElementsAre(1, 0, 0));
  int searches = 1;
  for (int round = 0; round < 2; ++round) {
    for (const int& one : made) {
      const int before = one;
      session().ResumeStarved();
      Exchange();
      EXPECT_EQ(one, before + 1);
      EXPECT_EQ(made[0] + made[1] + made[2], ++searches);
    }
  }
  while (session().has_starved()) {
    session().ResumeStarved();
    Exchange();
  }
  EXPECT_THAT(made, ElementsAre(4, 4, 4));
  EXPECT_EQ(session().streams(), 0u);
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
  EXPECT_FALSE(peer().answer(stalled).is_closed);
  EXPECT_TRUE(session().Expire(now_ns_ + Seconds(1))) << "a byte earns it no time";
  Exchange();
  EXPECT_EQ(peer().answer(stalled).error_code, NGHTTP2_INTERNAL_ERROR);
  EXPECT_EQ(session().streams(), 0u);
}

TEST_F(Http2SessionBodies, EarnTheClientTimeWithEach64KiB) {
  constexpr int32_t kPart = 64 * 1024;
  window_ = kPart;
  reads_ = false;
  const int32_t id = peer().Ask("/");
  peer().OpenWindow(0, 1 << 20);
  Respond(*TakeRequest(), {.headers = {}, .body = std::string(3 * kPart, 'x')});
  Exchange();
  for (int parts = 1; parts <= 2; ++parts) {
    now_ns_ += Seconds(29);
    EXPECT_TRUE(session().Expire(now_ns_));
    peer().OpenWindow(id, kPart);
    Exchange();
  }
  EXPECT_EQ(peer().answer(id).body.size(), size_t{3} * kPart);
  EXPECT_EQ(peer().answer(id).error_code, 0u);
}

TEST_F(Http2SessionBodies, AreOwedRoomSinceTheClientHasNone) {
  window_ = 100;
  reads_ = false;
  const int32_t id = peer().Ask("/");
  Http2Stream& stream = *TakeRequest();
  EXPECT_EQ(session().owed(), 0u);
  Respond(stream, {.headers = {}, .body = std::string(1'000, 'x')});
  const int64_t full_ns = now_ns_;
  Exchange();
  EXPECT_EQ(session().owed(), 1u);
  EXPECT_EQ(session().owed_since_ns(), full_ns);
  now_ns_ += Seconds(1);
  peer().OpenWindow(id, 1);
  Exchange();
  EXPECT_EQ(session().owed_since_ns(), full_ns) << "a byte does not end it";
  peer().OpenWindow(id, 899);
  Exchange();
  EXPECT_TRUE(peer().answer(id).is_closed);
  EXPECT_EQ(session().owed(), 0u);
  peer().Ask("/");
  Respond(*TakeRequest(), {.headers = {}, .body = std::string(1'000, 'x')});
  Exchange();
  EXPECT_EQ(session().owed(), 1u);
  session().Abandon();
  EXPECT_EQ(session().owed(), 0u);
}

TEST_F(Http2SessionBodies, OfEventsAreOwedRoomOnlyWhileThereAreSome) {
  window_ = 2;
  reads_ = false;
  const int32_t id = peer().Ask("/");
  Http2Stream& stream = *TakeRequest();
  stream.on_part_sent = [] {};
  session().Respond(stream, {.headers = {}, .body = "", .events = std::make_unique<NoEvents>()},
                    "now", now_ns_);
  Exchange();
  EXPECT_EQ(session().owed(), 0u);
  session().SendPart(stream, "one", false, now_ns_);
  Exchange();
  EXPECT_EQ(session().owed(), 1u);
  peer().OpenWindow(id, 1);
  Exchange();
  EXPECT_EQ(peer().answer(id).body, "one");
  EXPECT_EQ(session().owed(), 0u) << "though the window is closed";
  EXPECT_EQ(session().owed_since_ns(), Http2Stream::kNever);
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
