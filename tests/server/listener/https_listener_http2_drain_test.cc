// How HTTP/2 connections end: drained, or as the service says.

#include <gmock/gmock.h>

#include "tests/server/listener/http2_listener_fixture.h"

namespace kubegauge::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

class HttpsListenerHttp2Drain : public Http2ListenerFixture {};

TEST_F(HttpsListenerHttp2Drain, LetsRequestsInFlightFinishAndTellsTheClient) {
  Start();
  Http2Client idle = ConnectHttp2();
  ASSERT_EQ(idle.Ask("/a").status, 200u);
  Http2Client busy = ConnectHttp2();
  const int32_t held = AskHeld(busy);
  std::future<void> drain = BeginDrain(24h);
  EXPECT_TRUE(idle.AwaitEnd());
  EXPECT_THAT(idle.peer().go_aways(), SizeIs(1)) << "with nothing to wait for, it hears no second";
  idle.tls().Reset();
  const int32_t late = busy.peer().Ask("/late");
  EXPECT_EQ(busy.Await(late).body, "GET /late 0") << "it was on its way";
  ASSERT_TRUE(busy.Until([&] { return busy.peer().go_aways().size() == 2; }));
  hold_.Release();
  EXPECT_EQ(busy.Await(held).body, "GET /held 0");
  EXPECT_TRUE(busy.AwaitEnd());
  busy.tls().Reset();
  drain.get();
}

TEST_F(HttpsListenerHttp2Drain, EndsEventsInOrderAndFinishesLargeBodies) {
  Start();
  Http2Client client = ConnectHttp2();
  const int32_t watch = client.peer().Ask("/events");
  const int32_t large = client.peer().Ask("/large");
  ASSERT_TRUE(client.Until([&] { return client.peer().answer(watch).status == 200; }));
  std::future<void> drain = BeginDrain(24h);
  EXPECT_EQ(client.Await(watch).error_code, 0u);
  EXPECT_EQ(client.Await(large).body.size(), kLargeBytes);
  EXPECT_TRUE(client.AwaitEnd());
  EXPECT_TRUE(script_.destroyed);
  client.tls().Reset();
  drain.get();
}

TEST_F(HttpsListenerHttp2Drain, AwaitsTheFirstRequestOfAFreshConnection) {
  Start();
  Http2Client busy = ConnectHttp2();
  const int32_t held = AskHeld(busy);
  Http2Client fresh = ConnectHttp2();
  ASSERT_TRUE(Eventually([&] { return listener_->connections() == 2; }));
  std::future<void> drain = BeginDrain(24h);
  EXPECT_EQ(fresh.Ask("/first").body, "GET /first 0");
  EXPECT_TRUE(fresh.AwaitEnd());
  fresh.tls().Reset();
  hold_.Release();
  EXPECT_EQ(busy.Await(held).status, 200u);
  busy.tls().Reset();
  drain.get();
}

TEST_F(HttpsListenerHttp2Drain, CancelsWhatIsLeftAfterTheGrace) {
  Start();
  Http2Client client = ConnectHttp2();
  AskHeld(client);
  std::future<void> drain = BeginDrain(10s);
  Advance(10s);
  drain.get();
  EXPECT_EQ(hold_.waiting(), 1) << "it never got through";
  EXPECT_TRUE(client.AwaitEnd());
}

TEST_F(HttpsListenerHttp2Drain, EndsAFreshConnectionWhoseFirstRequestIsMalformed) {
  Start();
  Http2Client fresh = ConnectHttp2();
  ASSERT_TRUE(fresh.Flush());
  ASSERT_TRUE(Eventually([&] { return listener_->connections() == 1; }));
  std::future<void> drain = BeginDrain(24h);
  const int32_t id = fresh.peer().Ask("/", "GET", {{"connection", "close"}});
  EXPECT_EQ(fresh.Await(id).error_code, NGHTTP2_PROTOCOL_ERROR);
  EXPECT_TRUE(fresh.AwaitEnd());
  EXPECT_THAT(fresh.peer().go_aways(), SizeIs(1));
  fresh.tls().Reset();
  drain.get();
}

TEST_F(HttpsListenerHttp2Drain, EndsEventsThatTheClientHasNoRoomForInOrder) {
  Start();
  Http2Client client = ConnectHttp2(3, false);
  const int32_t watch = client.peer().Ask("/events");
  script_.released = 1;
  ASSERT_TRUE(client.Until([&] { return client.peer().answer(watch).body == "eve"; }));
  std::future<void> drain = BeginDrain(24h);
  ASSERT_TRUE(client.Until([&] { return !client.peer().go_aways().empty(); }));
  client.peer().OpenWindow(watch, 100);
  EXPECT_EQ(client.Await(watch).body, "event1\n");
  EXPECT_EQ(client.peer().answer(watch).error_code, 0u);
  EXPECT_TRUE(client.AwaitEnd());
  client.tls().Reset();
  drain.get();
  EXPECT_EQ(log_sink_->text(), "");
}

// The small request of another connection each time leaves the server's thread the time to fill the
// socket, so that, of one length or another, the end waits for room in it while the client goes on
// opening windows.
TEST_F(HttpsListenerHttp2Drain, WritesTheLastAnswerToItsEnd) {
  service_.answer =
      [](apiservice::Request request) -> boost::asio::awaitable<apiservice::Response> {
    apiservice::Response response = TextResponse(std::string(request.query.size() * 10'000, 'x'));
    if (request.path == "/last") response.headers.emplace_back("Connection", "close");
    co_return response;
  };
  Start();
  Http2Client other = ConnectHttp2();
  for (size_t length = 100; length < 115; ++length) {
    Http2Client client = ConnectHttp2(1 << 30, true, {.receive_buffer = 4 * 1024});
    const int32_t large = client.peer().Ask("/?" + std::string(length, 'q'));
    ASSERT_EQ(client.Ask("/last").status, 200u);
    client.Until([&] {
      client.peer().OpenWindow(0, 1);
      return other.Ask("/").status != 200 || client.peer().answer(large).is_closed;
    });
    ASSERT_EQ(client.peer().answer(large).body.size(), length * 10'000);
    EXPECT_EQ(client.peer().answer(large).error_code, 0u);
    EXPECT_TRUE(client.AwaitEnd());
  }
}

}  // namespace
}  // namespace kubegauge::testing
