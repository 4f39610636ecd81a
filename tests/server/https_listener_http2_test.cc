// HTTP/2 over the listener: requests side by side on one connection.

#include <gmock/gmock.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "tests/server/http2_client.h"
#include "tests/server/listener_fixture.h"
#include "tests/server/scripted_events.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using apiservice::Request;
using apiservice::Response;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class HttpsListenerHttp2 : public ListenerFixture {
 protected:
  HttpsListenerHttp2() {
    service_.answer = [this](Request request) { return Answer(std::move(request)); };
  }

  virtual asio::awaitable<Response> Answer(Request request) {
    if (request.path == "/held") co_await hold_.Wait();
    if (request.path == "/throws") throw std::runtime_error("out of luck");
    Response response = TextResponse(request.method + " " + request.path + " " +
                                     std::to_string(request.body.size()));
    if (request.path == "/large") {
      response = TextResponse("");
      response.stream = std::make_unique<CountedStream>(kLargeBytes, counts_);
    }
    if (request.path == "/events") {
      response = TextResponse("");
      response.events = std::make_unique<ScriptedEvents>(script_);
    }
    if (request.path == "/last") response.headers.emplace_back("Connection", "close");
    co_return response;
  }

  Http2Client ConnectHttp2(uint32_t window = 1 << 20, bool reads = true,
                           ClientOptions options = {}) {
    return Http2Client(port(), std::move(options), window, reads);
  }

  // Begins to drain and waits until no connection is accepted any more.
  std::future<void> BeginDrain(std::chrono::milliseconds grace) {
    std::future<void> drain = Drain(grace);
    EXPECT_TRUE(Eventually([&] { return !Connect({.handshake = false}).connected(); }));
    return drain;
  }

  // Asks for what the service keeps, and waits until it has it.
  int32_t AskHeld(Http2Client& client) {
    const int before = hold_.waiting();
    const int32_t id = client.peer().Ask("/held");
    EXPECT_TRUE(client.Flush());
    EXPECT_TRUE(Eventually([&] { return hold_.waiting() > before; }));
    return id;
  }

  static constexpr size_t kLargeBytes = 20'000'000;

  Hold hold_;
  CountedStream::Counts counts_;
  Script script_;
};

TEST_F(HttpsListenerHttp2, IsWhatClientsGetThatOfferIt) {
  Start();
  Http2Client both = ConnectHttp2(1 << 20, true, {.protocols = "\x08http/1.1\x02h2"});
  EXPECT_EQ(both.tls().selected_protocol(), "h2");
  EXPECT_EQ(both.Ask("/a").body, "GET /a 0");
  EXPECT_EQ(Connect({.protocols = "\x08http/1.1"}).selected_protocol(), "http/1.1");
}

TEST_F(HttpsListenerHttp2, CanBeSwitchedOff) {
  server::TlsMaterial material = NewMaterial("localhost");
  material.policy.offers_http2 = false;
  tls_.Set(NewContext(material));
  Start();
  EXPECT_EQ(Connect({.protocols = "\x02h2\x08http/1.1"}).selected_protocol(), "http/1.1");
}

TEST_F(HttpsListenerHttp2, IsRefusedWhereTlsIsTooWeakForIt) {
  server::TlsMaterial material = NewMaterial("localhost");
  material.policy.cipher_list = "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA";
  tls_.Set(NewContext(material));
  Start();
  Http2Client client = ConnectHttp2(1 << 20, true, {.max_version = TLS1_2_VERSION});
  EXPECT_TRUE(client.AwaitEnd());
  ASSERT_THAT(client.peer().go_aways(), SizeIs(1));
  EXPECT_EQ(client.peer().go_aways()[0].error_code, NGHTTP2_INADEQUATE_SECURITY);
}

TEST_F(HttpsListenerHttp2, ServesRequestsSideBySide) {
  Start();
  Http2Client client = ConnectHttp2();
  std::vector<int32_t> held;
  for (int i = 0; i < 32; ++i) held.push_back(client.peer().Ask("/held"));
  const int32_t upload = client.peer().Ask("/up", "PUT", {}, std::string(2'000'000, 'x'));
  EXPECT_EQ(client.Ask("/quick").body, "GET /quick 0");
  EXPECT_EQ(client.Await(upload).body, "PUT /up 2000000");
  EXPECT_EQ(hold_.waiting(), 32);
  hold_.Release();
  for (const int32_t id : held) EXPECT_EQ(client.Await(id).body, "GET /held 0");
}

TEST_F(HttpsListenerHttp2, TellsOfAPanicAndGoesOn) {
  Start();
  Http2Client client = ConnectHttp2();
  const Http2Answer& answer = client.Ask("/throws");
  EXPECT_EQ(answer.status, 500u);
  EXPECT_THAT(answer.body, HasSubstr("caused apiserver to panic"));
  EXPECT_THAT(log_sink_->text(), HasSubstr("out of luck"));
  EXPECT_EQ(client.Ask("/a").status, 200u);
}

TEST_F(HttpsListenerHttp2, RefusesOneRequestWithAStatus) {
  limits_.body_bytes = 1'000;
  Start();
  Http2Client client = ConnectHttp2();
  const int32_t id = client.peer().Ask("/", "PUT", {}, std::string(1'001, 'x'), false);
  EXPECT_EQ(client.Await(id).status, 413u);
  EXPECT_THAT(client.peer().answer(id).body, HasSubstr("RequestEntityTooLarge"));
  EXPECT_EQ(client.Ask("/a").status, 200u);
}

TEST_F(HttpsListenerHttp2, SendsALargeBodyAsTheClientReads) {
  Start();
  Http2Client client = ConnectHttp2(64 * 1024 - 1, false);
  const int32_t large = client.peer().Ask("/large");
  ASSERT_TRUE(client.Until([&] { return client.peer().answer(large).body.size() == 65'535; }));
  EXPECT_LE(counts_.made, 3 * apiservice::kBodyPartBytes);
}

TEST_F(HttpsListenerHttp2, SendsALargeBodyToItsEnd) {
  Start();
  Http2Client client = ConnectHttp2();
  const int32_t large = client.peer().Ask("/large");
  const int32_t small = client.peer().Ask("/small");
  EXPECT_EQ(client.Await(small).body, "GET /small 0");
  EXPECT_FALSE(client.peer().answer(large).is_closed) << "it has not waited for the large one";
  EXPECT_EQ(client.Await(large).body.size(), kLargeBytes);
  EXPECT_TRUE(Eventually([&] { return counts_.destroyed.load(); }));
}

TEST_F(HttpsListenerHttp2, SendsEventsAsTheyCome) {
  Start();
  Http2Client client = ConnectHttp2();
  const int32_t watch = client.peer().Ask("/events");
  ASSERT_TRUE(client.Until([&] { return client.peer().answer(watch).status == 200; }));
  for (int events = 1; events <= 3; ++events) {
    script_.released = events;
    const std::string last = "event" + std::to_string(events) + "\n";
    ASSERT_TRUE(client.Until([&] { return client.peer().answer(watch).body.ends_with(last); }));
    Advance(24h);
  }
  EXPECT_EQ(client.Ask("/a").status, 200u);
  script_.ends = true;
  EXPECT_EQ(client.Await(watch).body, "event1\nevent2\nevent3\n");
  EXPECT_EQ(client.peer().answer(watch).error_code, 0u);
}

TEST_F(HttpsListenerHttp2, EndsWhatTheClientResets) {
  Start();
  Http2Client client = ConnectHttp2();
  const int32_t watch = client.peer().Ask("/events");
  ASSERT_TRUE(client.Until([&] { return client.peer().answer(watch).status == 200; }));
  const int32_t held = AskHeld(client);
  client.peer().Reset(watch);
  client.peer().Reset(held);
  ASSERT_TRUE(client.Flush());
  EXPECT_TRUE(Eventually([&] { return script_.destroyed.load(); }));
  EXPECT_EQ(client.Ask("/a").status, 200u);
  hold_.Release();
  EXPECT_EQ(hold_.waiting(), 1) << "it was cancelled while it waited";
  EXPECT_EQ(log_sink_->text(), "");
}

TEST_F(HttpsListenerHttp2, EndsEverythingWhenTheClientHasGone) {
  Start();
  Http2Client client = ConnectHttp2();
  const int32_t watch = client.peer().Ask("/events");
  ASSERT_TRUE(client.Until([&] { return client.peer().answer(watch).status == 200; }));
  AskHeld(client);
  client.tls().Reset();
  EXPECT_TRUE(Eventually([&] { return listener_->connections() == 0; }));
  EXPECT_TRUE(script_.destroyed);
  EXPECT_EQ(log_sink_->text(), "");
}

TEST_F(HttpsListenerHttp2, LogsAnAnswerThatFailsAndResetsIt) {
  class Failing final : public apiservice::EventStream {
   public:
    asio::awaitable<bool> Next(std::string&) override {
      throw std::runtime_error("no more");
      co_return false;
    }
  };
  service_.answer = [](Request request) -> asio::awaitable<Response> {
    Response response = TextResponse("");
    if (request.path == "/fails") response.events = std::make_unique<Failing>();
    co_return response;
  };
  Start();
  Http2Client client = ConnectHttp2();
  EXPECT_EQ(client.Ask("/fails").error_code, NGHTTP2_INTERNAL_ERROR);
  EXPECT_THAT(log_sink_->text(), HasSubstr("no more"));
  EXPECT_EQ(client.Ask("/a").status, 200u);
}

TEST_F(HttpsListenerHttp2, GoesAwayWhenTheServiceSaysSo) {
  Start();
  Http2Client client = ConnectHttp2();
  const int32_t held = AskHeld(client);
  EXPECT_EQ(client.Ask("/last").status, 200u);
  EXPECT_EQ(client.peer().answer(held).status, 0u);
  hold_.Release();
  EXPECT_EQ(client.Await(held).body, "GET /held 0");
  EXPECT_TRUE(client.AwaitEnd());
  ASSERT_FALSE(client.peer().go_aways().empty());
  EXPECT_EQ(client.peer().go_aways()[0].error_code, NGHTTP2_NO_ERROR);
}

class HttpsListenerHttp2Times : public HttpsListenerHttp2 {};

TEST_F(HttpsListenerHttp2Times, EndAnIdleConnectionInOrder) {
  Start();
  Http2Client client = ConnectHttp2();
  ASSERT_EQ(client.Ask("/a").status, 200u);
  Advance(89s);
  ASSERT_EQ(client.Ask("/a").status, 200u);
  auto end = std::async(std::launch::async, [&] { return client.AwaitEnd(); });
  EXPECT_TRUE(Eventually([&] {
    Advance(91s);
    return end.wait_for(0s) == std::future_status::ready;
  }));
  ASSERT_FALSE(client.peer().go_aways().empty());
  EXPECT_EQ(client.peer().go_aways()[0].error_code, NGHTTP2_NO_ERROR);
  client.tls().Reset();
  EXPECT_TRUE(Eventually([&] { return listener_->connections() == 0; }));
}

TEST_F(HttpsListenerHttp2Times, DoNotWaitForAClientThatDoesNotHearThatItIsIdle) {
  Start();
  Http2Client client = ConnectHttp2();
  ASSERT_EQ(client.Ask("/a").status, 200u);
  EXPECT_TRUE(Eventually([&] {
    Advance(91s);
    return listener_->connections() == 0;
  }));
}

TEST_F(HttpsListenerHttp2Times, EndAConnectionThatAsksForNothing) {
  Start();
  Http2Client client = ConnectHttp2();
  ASSERT_TRUE(client.Flush());
  EXPECT_TRUE(Eventually([&] {
    Advance(33s);
    return listener_->connections() == 0;
  }));
}

TEST_F(HttpsListenerHttp2Times, ResetABodyThatDoesNotCome) {
  Start();
  Http2Client client = ConnectHttp2();
  const int32_t held = AskHeld(client);
  const int32_t half = client.peer().Ask("/", "PUT", {}, "half", false);
  ASSERT_EQ(client.Ask("/a").status, 200u);
  Advance(61s);
  EXPECT_EQ(client.Await(half).error_code, NGHTTP2_CANCEL);
  hold_.Release();
  EXPECT_EQ(client.Await(held).status, 200u);
}

TEST_F(HttpsListenerHttp2Times, ResetAnAnswerThatIsNotRead) {
  Start();
  Http2Client client = ConnectHttp2(1'000, false);
  const int32_t held = AskHeld(client);
  const int32_t large = client.peer().Ask("/large");
  ASSERT_TRUE(client.Until([&] { return client.peer().answer(large).body.size() == 1'000; }));
  Advance(31s);
  EXPECT_EQ(client.Await(large).error_code, NGHTTP2_INTERNAL_ERROR);
  EXPECT_TRUE(Eventually([&] { return counts_.destroyed.load(); }));
  hold_.Release();
  EXPECT_EQ(client.Await(held).status, 200u);
}

TEST_F(HttpsListenerHttp2Times, EndAConnectionThatDoesNotRead) {
  Start();
  Http2Client client = ConnectHttp2(1 << 30, true, {.receive_buffer = 64 * 1024});
  client.peer().Ask("/large");
  ASSERT_TRUE(client.Flush());
  ASSERT_TRUE(Eventually([&] { return counts_.made > 0; }));
  EXPECT_TRUE(Eventually([&] {
    Advance(31s);
    return counts_.destroyed && listener_->connections() == 0;
  }));
}

TEST_F(HttpsListenerHttp2Times, GiveThePlaceOfAnIdleConnectionToANewOne) {
  limits_.max_connections = 1;
  Start();
  Http2Client idle = ConnectHttp2();
  ASSERT_EQ(idle.Ask("/a").status, 200u);
  auto waiting = std::async(std::launch::async, [&] { return ConnectHttp2().Ask("/b").body; });
  EXPECT_TRUE(idle.AwaitEnd());
  idle.tls().Reset();
  EXPECT_EQ(waiting.get(), "GET /b 0");
}

class HttpsListenerHttp2Drain : public HttpsListenerHttp2 {};

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

}  // namespace
}  // namespace kubegauge::testing
