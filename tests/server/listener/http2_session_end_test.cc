// HTTP/2 without a socket: how a session ends, in order or because its client floods it.

#include <gmock/gmock.h>

#include "tests/server/listener/http2_session_fixture.h"

namespace kubegauge::testing {
namespace {

using server::Http2Stream;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int32_t kLastOfAll = 0x7fffffff;

class Http2SessionEnd : public Http2SessionFixture {};

TEST_F(Http2SessionEnd, IsToldTwice) {
  const int32_t held = peer().Ask("/held");
  Http2Stream& stream = *TakeRequest();
  session().BeginShutDown();
  ASSERT_TRUE(peer().Receive(Sent()));
  ASSERT_THAT(peer().go_aways(), SizeIs(1));
  EXPECT_EQ(peer().go_aways()[0].last_stream, kLastOfAll);
  Exchange();
  ASSERT_THAT(peer().go_aways(), SizeIs(2)) << "the ping was answered";
  EXPECT_EQ(peer().go_aways()[1].last_stream, held);
  EXPECT_EQ(peer().go_aways()[1].error_code, NGHTTP2_NO_ERROR);
  EXPECT_FALSE(session().has_said_all());
  Respond(stream, {.headers = {}, .body = "done"});
  Exchange();
  EXPECT_EQ(peer().answer(held).body, "done");
  EXPECT_TRUE(session().has_said_all());
}

TEST_F(Http2SessionEnd, TakesWhatWasOnItsWay) {
  Exchange();
  session().BeginShutDown();
  const std::string told = Sent();
  const int32_t id = peer().Ask("/");
  ReceiveRaw(peer().TakeOutput());
  ASSERT_TRUE(peer().Receive(told));
  Respond(*TakeRequest(), {.headers = {}, .body = "in time"});
  Exchange();
  EXPECT_EQ(peer().answer(id).body, "in time");
  EXPECT_EQ(peer().go_aways().back().last_stream, id);
  EXPECT_TRUE(session().has_said_all());
}

TEST_F(Http2SessionEnd, DoesNotWaitForThePing) {
  Exchange();
  session().BeginShutDown();
  Sent();
  EXPECT_FALSE(session().has_said_all());
  session().FinishShutDown();
  ASSERT_TRUE(peer().Receive(Sent()));
  EXPECT_TRUE(session().has_said_all());
}

TEST_F(Http2SessionEnd, ComesAfterWhatIsNoHttp2) {
  EXPECT_FALSE(ReceiveRaw("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
}

struct Flood {
  const char* name;
  std::string frame;      // again and again
  std::string beginning;  // before, on stream 1
};

class Http2SessionFloods : public Http2SessionFixture, public ::testing::WithParamInterface<Flood> {
 protected:
  // Sends the frame until the session has had enough; gives how often.
  int Flood(int most) {
    if (!GetParam().beginning.empty()) ReceiveRaw(GetParam().beginning);
    for (int i = 0; i < most; ++i) {
      if (!ReceiveRaw(GetParam().frame) || session().has_said_all()) return i;
      peer().Receive(Sent());
    }
    return most;
  }
};

TEST_P(Http2SessionFloods, EndTheConnection) {
  Exchange();
  EXPECT_LT(Flood(20'000), 5'000);
  if (!peer().go_aways().empty()) {
    EXPECT_EQ(peer().go_aways().back().error_code, NGHTTP2_ENHANCE_YOUR_CALM);
  }
}

std::string Numbers(std::initializer_list<char> bytes) { return std::string(bytes); }

INSTANTIATE_TEST_SUITE_P(
    All, Http2SessionFloods,
    ::testing::Values(
        Flood{"pings", RawFrame(NGHTTP2_PING, 0, 0, "12345678"), ""},
        Flood{"settings", RawFrame(NGHTTP2_SETTINGS, 0, 0, ""), ""},
        Flood{"priorities", RawFrame(NGHTTP2_PRIORITY, 0, 5, Numbers({0, 0, 0, 3, 1})), ""},
        Flood{"windows", RawFrame(NGHTTP2_WINDOW_UPDATE, 0, 0, Numbers({0, 0, 0, 1})), ""},
        Flood{"empty_data", RawFrame(NGHTTP2_DATA, 0, 1, ""),
              RawFrame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1,
                       std::string("\x83\x87\x84\x41\x01h", 6))},
        Flood{"continuations", RawFrame(NGHTTP2_CONTINUATION, 0, 1, ""),
              RawFrame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM, 1, "\x82\x87\x84")}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(Http2SessionEnd, ComesForRapidResetsButWhatIsServedIsAnswered) {
  const int32_t served = peer().Ask("/served");
  Http2Stream& stream = *TakeRequest();
  for (int i = 0; i < 3'000 && !session().is_flooded(); ++i) {
    const int32_t id = peer().Ask("/reset");
    ReceiveRaw(peer().TakeOutput());
    peer().Reset(id);
    ReceiveRaw(peer().TakeOutput());
    for (Http2Stream* begun : session().TakeRequests()) session().Release(*begun);
  }
  ASSERT_TRUE(session().is_flooded());
  EXPECT_TRUE(is_fine_);
  Exchange();
  ASSERT_THAT(peer().go_aways(), SizeIs(1));
  EXPECT_EQ(peer().go_aways()[0].error_code, NGHTTP2_ENHANCE_YOUR_CALM);
  EXPECT_GE(peer().go_aways()[0].last_stream, served);
  Respond(stream, {.headers = {}, .body = "done"});
  Exchange();
  EXPECT_EQ(peer().answer(served).body, "done");
  EXPECT_TRUE(session().has_said_all());
}

TEST_F(Http2SessionEnd, ComesForAHeaderFarBeyondTheLimit) {
  limits_.header_bytes = 20'000;
  peer().Ask("/", "GET", {{"a", std::string(60'000, 'x')}});
  EXPECT_EQ(TakeRequest(), nullptr);
  ASSERT_THAT(peer().go_aways(), SizeIs(1));
  EXPECT_EQ(peer().go_aways()[0].error_code, NGHTTP2_ENHANCE_YOUR_CALM);
}

TEST_F(Http2SessionEnd, DoesNotComeForPingsOfALongLife) {
  Exchange();
  for (int i = 0; i < 10'000; ++i) {
    now_ns_ += Seconds(30);
    ReceiveRaw(RawFrame(NGHTTP2_PING, 0, 0, "12345678"));
    Sent();
  }
  EXPECT_FALSE(session().is_flooded());
}

TEST_F(Http2SessionEnd, DoesNotComeForWindowsOfAReader) {
  window_ = 4096;
  reads_ = false;
  const int32_t id = peer().Ask("/");
  Respond(*TakeRequest(), {.headers = {}, .body = std::string(20'000'000, 'x')});
  for (size_t before = 1; before != peer().answer(id).body.size();) {
    before = peer().answer(id).body.size();
    Exchange();
    peer().OpenWindow(id, 4096);
    peer().OpenWindow(0, 4096);
  }
  EXPECT_EQ(peer().answer(id).body.size(), 20'000'000u);
  EXPECT_THAT(peer().go_aways(), IsEmpty());
}

TEST_F(Http2SessionEnd, DoesNotComeForWindowsOfAReaderThatLagsFarBehind) {
  constexpr int32_t kLag = 4 << 20;
  window_ = kLag;
  reads_ = false;
  const int32_t id = peer().Ask("/");
  peer().OpenWindow(0, kLag);
  Respond(*TakeRequest(), {.headers = {}, .body = std::string(5 * kLag, 'x')});
  Exchange();
  for (int lags = 1; lags < 5; ++lags) {
    for (int32_t read = 0; read < kLag; read += 4096) {
      peer().OpenWindow(id, 4096);
      peer().OpenWindow(0, 4096);
    }
    Exchange();
  }
  EXPECT_EQ(peer().answer(id).body.size(), size_t{5} * kLag);
  EXPECT_THAT(peer().go_aways(), IsEmpty());
}

TEST_F(Http2SessionEnd, DoesNotComeForUpdatesOfManySmallBodies) {
  Exchange();
  for (int i = 0; i < 10'000; ++i) {
    const int32_t id = peer().Ask("/");
    Respond(*TakeRequest(), {.headers = {}, .body = std::string(600, 'x')});
    peer().OpenWindow(0, 1);
    peer().OpenWindow(0, 1);
    Exchange();
    ASSERT_TRUE(peer().answer(id).is_closed);
  }
  EXPECT_FALSE(session().is_flooded());
}

TEST_F(Http2SessionEnd, ClosesWhatIsServedWhenTheConnectionIsGone) {
  peer().Ask("/");
  Http2Stream* served = TakeRequest();
  peer().Ask("/", "PUT", {}, "half", false);
  Exchange();
  session().Abandon();
  EXPECT_THAT(session().TakeClosed(), ::testing::ElementsAre(served));
  EXPECT_FALSE(served->is_open);
  EXPECT_EQ(session().owed(), 0u);
  session().Release(*served);
  EXPECT_EQ(session().streams(), 0u);
}

}  // namespace
}  // namespace kubegauge::testing
