// HTTP/2 over the listener: requests side by side on one connection.

#include <gmock/gmock.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "tests/server/listener/http2_listener_fixture.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using apiservice::Request;
using apiservice::Response;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class HttpsListenerHttp2 : public Http2ListenerFixture {};

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

TEST_F(HttpsListenerHttp2, TellsTheServiceHowARequestCame) {
  service_.answer = [](Request request) -> asio::awaitable<Response> {
    co_return TextResponse(request.is_http2 ? "HTTP/2" : "HTTP/1");
  };
  Start();
  EXPECT_EQ(ConnectHttp2().Ask("/").body, "HTTP/2");
  const auto answer = Connect().Ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "HTTP/1");
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

class HttpsListenerHttp2Places : public HttpsListenerHttp2 {
 protected:
  // Connects while there is room for one connection only; gives the answer.
  std::future<std::string> AskFromAnother() {
    return std::async(std::launch::async, [this] { return ConnectHttp2().Ask("/b").body; });
  }
};

TEST_F(HttpsListenerHttp2Places, AreTakenFromIdleConnectionsWhichNeedNotReact) {
  limits_.max_connections = 1;
  Start();
  Http2Client idle = ConnectHttp2();
  ASSERT_EQ(idle.Ask("/a").status, 200u);
  EXPECT_EQ(AskFromAnother().get(), "GET /b 0");
  EXPECT_TRUE(idle.AwaitEnd());
  ASSERT_THAT(idle.peer().go_aways(), SizeIs(1));
  EXPECT_EQ(idle.peer().go_aways()[0].error_code, NGHTTP2_NO_ERROR);
  EXPECT_EQ(idle.peer().go_aways()[0].last_stream, 1);
}

TEST_F(HttpsListenerHttp2Places, AreTakenFromClientsThatDoNotReadTheirAnswers) {
  limits_.max_connections = 1;
  Start();
  Http2Client stalled = ConnectHttp2(0, false);
  const int32_t id = stalled.peer().Ask("/a");
  ASSERT_TRUE(stalled.Until([&] { return stalled.peer().answer(id).status == 200; }));
  std::future<std::string> other = AskFromAnother();
  Advance(1s);
  EXPECT_EQ(other.get(), "GET /b 0");
}

TEST_F(HttpsListenerHttp2Places, AreNotTakenFromClientsThatAwaitEvents) {
  limits_.max_connections = 1;
  Start();
  Http2Client watching = ConnectHttp2();
  const int32_t watch = watching.peer().Ask("/events");
  const int32_t half = watching.peer().Ask("/", "PUT", {}, "half", false);
  ASSERT_TRUE(watching.Until([&] { return watching.peer().answer(watch).status == 200; }));
  std::future<std::string> other = AskFromAnother();
  Advance(1s);
  script_.released = 1;
  ASSERT_TRUE(watching.Until([&] { return watching.peer().answer(watch).body == "event1\n"; }));
  script_.ends = true;
  watching.peer().SendBody(half, "", true);
  EXPECT_EQ(watching.Await(watch).error_code, 0u);
  EXPECT_EQ(watching.Await(half).status, 200u);
  EXPECT_EQ(other.get(), "GET /b 0") << "it is idle now";
}

}  // namespace
}  // namespace kubegauge::testing
