// How the listener ends: what SIGTERM asks of it.

#include <gmock/gmock.h>

#include "tests/server/listener/listener_fixture.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using apiservice::Request;
using apiservice::Response;

constexpr std::string_view kGet = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kGetHeld = "GET /held HTTP/1.1\r\nHost: h\r\n\r\n";

class HttpsListenerDrain : public ListenerFixture {
 protected:
  HttpsListenerDrain() {
    service_.answer = [this](Request request) -> asio::awaitable<Response> {
      if (request.path == "/held") co_await hold_.Wait();
      co_return TextResponse("done");
    };
  }

  // Sends a request that the service keeps, and waits until it has it.
  void AskHeld(HttpsClient& client) {
    const int before = hold_.waiting();
    ASSERT_TRUE(client.Send(kGetHeld));
    ASSERT_TRUE(Eventually([&] { return hold_.waiting() > before; }));
  }

  // Begins to drain and waits until no connection is accepted any more.
  std::future<void> BeginDrain(std::chrono::milliseconds grace) {
    std::future<void> drain = Drain(grace);
    EXPECT_TRUE(Eventually([&] { return !Connect({.handshake = false}).connected(); }));
    return drain;
  }

  static bool IsDone(const std::future<void>& drain) {
    return drain.wait_for(0s) == std::future_status::ready;
  }

  Hold hold_;
};

TEST_F(HttpsListenerDrain, EndsAtOnceWithoutConnections) {
  Start();
  Drain(10s).get();
}

TEST_F(HttpsListenerDrain, LetsRequestsInFlightFinishAndClosesIdleConnectionsAtOnce) {
  Start();
  HttpsClient idle = Connect();
  ASSERT_TRUE(idle.Ask(kGet).has_value());
  HttpsClient busy = Connect();
  AskHeld(busy);
  ASSERT_TRUE(busy.Send(kGet)) << "sent ahead, so not in flight";
  std::future<void> drain = BeginDrain(10s);
  EXPECT_EQ(idle.ReadToEnd(), "");
  EXPECT_EQ(idle.error(), "close_notify");
  EXPECT_FALSE(IsDone(drain));
  hold_.Release();
  const auto answer = busy.Receive();
  ASSERT_TRUE(answer.has_value()) << busy.error();
  EXPECT_EQ(answer->body, "done");
  EXPECT_EQ(answer->headers.Find("Connection"), "close");
  EXPECT_EQ(busy.ReadToEnd(), "");
  busy.Reset();
  drain.get();
  EXPECT_EQ(listener_->connections(), 0u);
}

TEST_F(HttpsListenerDrain, FinishesAStreamThatIsBeingSent) {
  constexpr size_t kTotal = 20'000'000;
  CountedStream::Counts counts;
  service_.answer = [&](Request) -> asio::awaitable<Response> {
    Response response = TextResponse("");
    response.stream = std::make_unique<CountedStream>(kTotal, counts);
    co_return response;
  };
  Start();
  HttpsClient client = Connect({.receive_buffer = 64 * 1024});
  ASSERT_TRUE(client.Send(kGet));
  ASSERT_TRUE(Eventually([&] { return counts.made > 0; }));
  std::future<void> drain = BeginDrain(10s);
  const auto answer = client.Receive();
  ASSERT_TRUE(answer.has_value()) << client.error();
  EXPECT_EQ(answer->body.size(), kTotal);
  EXPECT_EQ(client.ReadToEnd(), "");
  client.Reset();
  drain.get();
}

TEST_F(HttpsListenerDrain, CancelsWhatIsLeftAfterTheGrace) {
  Start();
  HttpsClient first = Connect();
  AskHeld(first);
  HttpsClient second = Connect();
  AskHeld(second);
  std::future<void> drain = BeginDrain(10s);
  Advance(9s);
  EXPECT_FALSE(IsDone(drain));
  Advance(1s);
  drain.get();
  EXPECT_EQ(first.ReadToEnd(), "");
  EXPECT_EQ(second.ReadToEnd(), "");
  EXPECT_EQ(hold_.waiting(), 2) << "they never got through";
}

TEST_F(HttpsListenerDrain, AwaitsTheFirstRequestOfAFreshConnectionForAWhile) {
  Start();
  HttpsClient asks = Connect();
  HttpsClient silent = Connect();
  HttpsClient busy = Connect();
  AskHeld(busy);
  std::future<void> drain = BeginDrain(24h);
  const auto answer = asks.Ask(kGet);
  ASSERT_TRUE(answer.has_value()) << asks.error();
  EXPECT_EQ(answer->headers.Find("Connection"), "close");
  ASSERT_TRUE(Eventually([&] {
    Advance(6s);
    return listener_->connections() == 1;
  }));
  EXPECT_EQ(silent.ReadToEnd(), "");
  hold_.Release();
  EXPECT_EQ(busy.Receive()->body, "done");
  busy.Reset();
  drain.get();
}

TEST_F(HttpsListenerDrain, EndsWithAConnectionThatNeverBeganItsHandshake) {
  Start();
  HttpsClient silent = Connect({.handshake = false});
  ASSERT_TRUE(Eventually([&] { return listener_->connections() == 1; }));
  std::future<void> drain = BeginDrain(24h);
  ASSERT_TRUE(Eventually([&] {
    Advance(6s);
    return listener_->connections() == 0;
  }));
  drain.get();
}

}  // namespace
}  // namespace kubegauge::testing
