// Bodies whose parts are waited for: watches.

#include <gmock/gmock.h>

#include "tests/server/listener/listener_fixture.h"
#include "tests/server/listener/scripted_events.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using apiservice::Request;
using apiservice::Response;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::string_view kGet = "GET /watch HTTP/1.1\r\nHost: h\r\n\r\n";

class HttpsListenerEvents : public ListenerFixture {
 protected:
  HttpsListenerEvents() {
    service_.answer = [this](Request request) -> asio::awaitable<Response> {
      Response response = TextResponse(request.path == "/watch" ? "" : "plain");
      if (request.path == "/watch") response.events = std::make_unique<ScriptedEvents>(script_);
      co_return response;
    };
  }

  // Everything up to and with `end`.
  static std::string ReadUntil(HttpsClient& client, std::string_view end) {
    std::string text;
    char byte;
    while (!text.ends_with(end) && client.Read(&byte, 1) == 1) text.push_back(byte);
    return text;
  }

  Script script_;
};

TEST_F(HttpsListenerEvents, SendsTheHeadAtOnceAndEachEventAsItComes) {
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(ReadUntil(client, "\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked\r\n"));
  script_.released = 1;
  EXPECT_EQ(ReadUntil(client, "\n\r\n"), "00000007\r\nevent1\n\r\n");
  Advance(24h);
  script_.released = 2;
  EXPECT_EQ(ReadUntil(client, "\n\r\n"), "00000007\r\nevent2\n\r\n") << "an idle watch is no delay";
  script_.ends = true;
  EXPECT_EQ(ReadUntil(client, "0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_EQ(client.Ask("GET /plain HTTP/1.1\r\nHost: h\r\n\r\n")->body, "plain");
}

TEST_F(HttpsListenerEvents, OldClientsReadUntilTheEnd) {
  script_.released = 1;
  script_.ends = true;
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send("GET /watch HTTP/1.0\r\n\r\n"));
  EXPECT_THAT(client.ReadToEnd(), EndsWith("\r\n\r\nevent1\n"));
}

TEST_F(HttpsListenerEvents, EndsWhenTheClientHasGone) {
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send(kGet));
  ASSERT_TRUE(Eventually([&] { return script_.waiting.load(); }));
  client.Reset();
  EXPECT_TRUE(Eventually([&] { return script_.destroyed && listener_->connections() == 0; }));
  EXPECT_EQ(log_sink_->text(), "");
}

TEST_F(HttpsListenerEvents, RequestSentAheadWaitsForTheEnd) {
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send(std::string(kGet) + "GET /plain HTTP/1.1\r\nHost: h\r\n\r\n"));
  script_.released = 1;
  EXPECT_THAT(ReadUntil(client, "event1\n\r\n"), HasSubstr("200 OK"));
  script_.ends = true;
  EXPECT_THAT(ReadUntil(client, "\r\n\r\nplain"), HasSubstr("Content-Length: 5"));
}

TEST_F(HttpsListenerEvents, DrainEndsThoseThatAlwaysHaveMore) {
  class Endless final : public apiservice::EventStream {
   public:
    asio::awaitable<bool> Next(std::string& out) override {
      out.append("event\n");
      co_return true;
    }
  };
  service_.answer = [](Request) -> asio::awaitable<Response> {
    Response response = TextResponse("");
    response.events = std::make_unique<Endless>();
    co_return response;
  };
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send(kGet));
  ReadUntil(client, "event\n");
  std::future<void> drain = Drain(24h);
  EXPECT_THAT(client.ReadToEnd(), EndsWith("0\r\n\r\n"));
  client.Reset();
  drain.get();
}

TEST_F(HttpsListenerEvents, DrainEndsThemInOrder) {
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send(kGet));
  ASSERT_TRUE(Eventually([&] { return script_.waiting.load(); }));
  std::future<void> drain = Drain(24h);
  EXPECT_THAT(client.ReadToEnd(), EndsWith("0\r\n\r\n"));
  client.Reset();
  drain.get();
  EXPECT_TRUE(script_.destroyed);
}

}  // namespace
}  // namespace kubegauge::testing
