// What a client may cost the listener, and what it is told when it asks for more or speaks no HTTP.

#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <nlohmann/json.hpp>

#include "tests/server/listener/listener_fixture.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using apiservice::Request;
using apiservice::Response;
using ::testing::HasSubstr;

constexpr std::string_view kGet = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";

class HttpsListenerLimits : public ListenerFixture {
 protected:
  // Until the threads have done what they are at: whose client has an answer is idle then.
  void Settle() {
    for (const asio::any_io_executor& executor : serving_.executors()) {
      asio::post(executor, asio::use_future([] {})).get();
    }
  }
};

TEST_F(HttpsListenerLimits, RefuseABadRequestWithAStatusOfTheRightCode) {
  limits_.header_bytes = 10'000;
  limits_.header_fields = 20;
  limits_.body_bytes = 1'000;
  limits_.request_memory_bytes = 60'000;
  Start();

  struct Row {
    const char* what;
    std::string request;
    int code;
    const char* reason;  // "": the Status has none
  };
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\n";
  std::string many_fields;
  for (int i = 0; i < 20; ++i) many_fields += "a: b\r\n";
  const Row rows[] = {
      {"no request line", "\x01\x02\x03 nonsense\r\n\r\n", 400, "BadRequest"},
      {"no version", "GET /\r\n\r\n", 400, "BadRequest"},
      {"HTTP/2 without TLS's consent", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "BadRequest"},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400, "BadRequest"},
      {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "BadRequest"},
      {"a broken escape", "GET /%4 HTTP/1.1\r\nHost: h\r\n\r\n", 400, "BadRequest"},
      {"no path", "GET nopath HTTP/1.1\r\nHost: h\r\n\r\n", 400, "BadRequest"},
      {"a field without a colon", "GET / HTTP/1.1\r\nHost: h\r\nfield\r\n\r\n", 400, "BadRequest"},
      {"a space before the colon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400, "BadRequest"},
      {"a length that is no number", head + "Content-Length: x\r\n\r\n", 400, "BadRequest"},
      {"a negative length", head + "Content-Length: -1\r\n\r\n", 400, "BadRequest"},
      {"an overflowing length", head + "Content-Length: 99999999999999999999\r\n\r\n", 400,
       "BadRequest"},
      {"two lengths", head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, "BadRequest"},
      {"length and chunks",
       head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
       "BadRequest"},
      {"chunks and length",
       head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400,
       "BadRequest"},
      {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
       "BadRequest"},
      {"a broken chunk", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "BadRequest"},
      {"a chunk that is too long", head + "Transfer-Encoding: chunked\r\n\r\n1\r\nabcdef\r\n", 400,
       "BadRequest"},
      {"another coding", head + "Transfer-Encoding: gzip\r\n\r\n", 501, ""},
      {"another coding below chunks", head + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501, ""},
      {"another expectation", head + "Expect: a miracle\r\n\r\n", 417, ""},
      {"a header too long", head + "a: " + std::string(10'000, 'x') + "\r\n\r\n", 431, ""},
      {"a request line too long", "GET /" + std::string(11'000, 'x'), 431, ""},
      {"too many fields", head + many_fields + "\r\n", 431, ""},
      {"too many fields in a trailer",
       head + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + many_fields + "\r\n", 431, ""},
      {"a body too long", head + "Content-Length: 1001\r\n\r\n", 413, "RequestEntityTooLarge"},
      {"a body too long, not yet sent",
       head + "Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n", 413, "RequestEntityTooLarge"},
      {"a body too long, on its way",
       head + "Content-Length: 900000\r\n\r\n" + std::string(900'000, 'x'), 413,
       "RequestEntityTooLarge"},
      {"chunks too long", head + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n", 413,
       "RequestEntityTooLarge"},
      {"a chunk's header without end",
       head + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(60'000, 'x'), 431, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    HttpsClient client = Connect();
    client.Send(row.request);
    const auto answer = client.Receive();
    if (!answer.has_value()) {
      ADD_FAILURE() << "no answer: " << client.error();
      continue;
    }
    EXPECT_EQ(answer->status, static_cast<unsigned>(row.code));
    EXPECT_EQ(answer->headers.Find("Content-Type"), "application/json");
    EXPECT_EQ(answer->headers.Find("Connection"), "close");
    const auto status = nlohmann::json::parse(answer->body, nullptr, false);
    if (!status.is_object()) {
      ADD_FAILURE() << "no JSON: " << answer->body;
      continue;
    }
    EXPECT_EQ(status.value("kind", ""), "Status");
    EXPECT_EQ(status.value("status", ""), "Failure");
    EXPECT_EQ(status.value("code", 0), row.code);
    EXPECT_EQ(status.value("reason", ""), row.reason);
    EXPECT_EQ(client.ReadToEnd(), "");
  }
  EXPECT_EQ(AskOnce(kGet)->body, "GET /x");
}

TEST_F(HttpsListenerLimits, AllowWhatIsJustWithinThem) {
  limits_.header_fields = 20;
  limits_.body_bytes = 1'000;
  Start();
  std::string fields = "Host: h\r\nContent-Length: 1000\r\n";
  for (int i = 0; i < 18; ++i) fields += "a: b\r\n";
  EXPECT_EQ(AskOnce("PUT / HTTP/1.1\r\n" + fields + "\r\n" + std::string(1'000, 'x'))->body,
            "PUT / " + std::string(1'000, 'x'));
  EXPECT_EQ(AskOnce("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" +
                    std::string(1'000, 'y') + "\r\n0\r\n\r\n")
                ->body,
            "PUT / " + std::string(1'000, 'y'));
}

TEST_F(HttpsListenerLimits, LetAUserBeInAsManyGroupsAsADirectoryAllows) {
  Start();
  std::string groups;
  for (int i = 0; i < 1'015; ++i) {
    groups += "X-Remote-Group: CN=team-" + std::to_string(i) + ",OU=groups,DC=example\r\n";
  }
  EXPECT_EQ(AskOnce("GET /x HTTP/1.1\r\nHost: h\r\n" + groups + "\r\n")->body, "GET /x");
}

TEST_F(HttpsListenerLimits, CountWhatHeaderFieldsCostBesideTheirText) {
  limits_.request_memory_bytes = 60'000;
  Start();
  const struct {
    int fields;
    unsigned status;
  } kCases[] = {{100, 200}, {4'000, 503}};
  for (const auto& [fields, status] : kCases) {
    std::string request = "GET /x HTTP/1.1\r\nHost: h\r\n";
    for (int i = 0; i < fields; ++i) request += "a:\r\n";
    EXPECT_EQ(AskOnce(request + "\r\n")->status, status) << fields;
  }
}

// Its text is no longer in the buffer then.
TEST_F(HttpsListenerLimits, CountAHeaderBesideItsBody) {
  limits_.request_memory_bytes = 150'000;
  Start();
  const struct {
    size_t header;
    size_t body;
    unsigned status;
  } kCases[] = {{90'000, 10, 200}, {10, 90'000, 200}, {90'000, 90'000, 503}};
  for (const auto& [header, body, status] : kCases) {
    const std::string request = "PUT /x HTTP/1.1\r\nHost: h\r\na: " + std::string(header, 'a') +
                                "\r\nContent-Length: " + std::to_string(body) + "\r\n\r\n" +
                                std::string(body, 'x');
    EXPECT_EQ(AskOnce(request)->status, status) << header << " " << body;
  }
}

TEST_F(HttpsListenerLimits, HoldNoShareForARequestWhoseAnswerGoesOn) {
  class HeldEvents final : public apiservice::EventStream {
   public:
    explicit HeldEvents(Hold& hold) : hold_(hold) {}
    asio::awaitable<bool> Next(std::string&) override {
      co_await hold_.Wait();
      co_return false;
    }

   private:
    Hold& hold_;
  };
  limits_.request_memory_bytes = 150'000;
  Hold hold;
  service_.answer = [&](Request request) -> asio::awaitable<Response> {
    Response response = TextResponse("ok");
    if (request.path == "/watch") response.events = std::make_unique<HeldEvents>(hold);
    co_return response;
  };
  Start();
  const std::string large = " HTTP/1.1\r\nHost: h\r\na: " + std::string(90'000, 'a') + "\r\n\r\n";
  HttpsClient watcher = Connect();
  ASSERT_TRUE(watcher.Send("GET /watch" + large));
  ASSERT_TRUE(Eventually([&] { return hold.waiting() == 1; }));
  EXPECT_EQ(AskOnce("GET /x" + large)->status, 200u);
  hold.Release();
  EXPECT_TRUE(watcher.Receive().has_value());
}

TEST_F(HttpsListenerLimits, HoldTheLargeRequestsOfAllConnectionsTogether) {
  limits_.request_memory_bytes = 500'000;
  Hold hold;
  service_.answer = [&](Request request) -> asio::awaitable<Response> {
    if (request.path == "/held") co_await hold.Wait();
    co_return TextResponse(std::to_string(request.body.size()));
  };
  Start();
  const std::string large = "Host: h\r\nContent-Length: 400000\r\n\r\n" + std::string(400'000, 'x');
  HttpsClient first = Connect();
  ASSERT_TRUE(first.Send("PUT /held HTTP/1.1\r\n" + large));
  ASSERT_TRUE(Eventually([&] { return hold.waiting() == 1; }));
  HttpsClient second = Connect();
  second.Send("PUT / HTTP/1.1\r\n" + large);
  const auto refused = second.Receive();
  ASSERT_TRUE(refused.has_value()) << second.error();
  EXPECT_EQ(refused->status, 503u);
  EXPECT_EQ(AskOnce("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nsmall")->body, "5")
      << "a small request needs no share";
  hold.Release();
  EXPECT_EQ(first.Receive()->body, "400000");
  EXPECT_TRUE(first.Ask(kGet).has_value()) << "and gives its share back";
  EXPECT_EQ(AskOnce("PUT / HTTP/1.1\r\n" + large)->body, "400000");
}

TEST_F(HttpsListenerLimits, TellAPlainHttpClientThatThisIsHttps) {
  Start();
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "PATCH"}) {
    HttpsClient client = Connect({.plain = true});
    ASSERT_TRUE(client.Send(std::string(method) + " / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(client.ReadToEnd(),
              "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")
        << method;
  }
}

struct SlowClient {
  const char* name;
  const char* sends;  // after one whole request on the same connection
  std::chrono::milliseconds not_yet;
  const char* rest;  // what, sent then, still is answered
  std::chrono::milliseconds too_late;
};

class HttpsListenerTimes : public ListenerFixture,
                           public ::testing::WithParamInterface<SlowClient> {};

TEST_P(HttpsListenerTimes, AreKeptAndEndInAQuietClose) {
  Start();
  HttpsClient patient = Connect();
  ASSERT_TRUE(patient.Ask(kGet).has_value());
  ASSERT_TRUE(patient.Send(GetParam().sends));
  Advance(GetParam().not_yet);
  ASSERT_TRUE(patient.Send(GetParam().rest));
  EXPECT_TRUE(patient.Receive().has_value()) << patient.error();

  HttpsClient slow = Connect();
  ASSERT_TRUE(slow.Ask(kGet).has_value());
  ASSERT_TRUE(slow.Send(GetParam().sends));
  ASSERT_TRUE(Eventually([&] {
    Advance(GetParam().too_late);
    return listener_->connections() == 0;
  }));
  EXPECT_EQ(slow.ReadToEnd(), "");
  EXPECT_EQ(log_sink_->text(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Deadlines, HttpsListenerTimes,
    ::testing::Values(SlowClient{"idle", "", 25s, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 91s},
                      SlowClient{"header", "GET / HT", 25s, "TP/1.1\r\nHost: h\r\n\r\n", 33s},
                      SlowClient{"body",
                                 "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nbod", 25s,
                                 "y body", 61s}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(HttpsListenerLimits, EndAHandshakeThatIsNotFinished) {
  Start();
  HttpsClient silent = Connect({.handshake = false});
  ASSERT_TRUE(Eventually([&] { return listener_->connections() == 1; }));
  Advance(11s);
  EXPECT_EQ(silent.ReadToEnd(), "");
}

TEST_F(HttpsListenerLimits, EndAConnectionThatDoesNotReadItsAnswer) {
  CountedStream::Counts counts;
  service_.answer = [&](Request request) -> asio::awaitable<Response> {
    Response response = TextResponse("");
    if (request.path == "/stream") {
      response.stream = std::make_unique<CountedStream>(1'000'000'000, counts);
    }
    co_return response;
  };
  Start();
  HttpsClient slow = Connect({.receive_buffer = 64 * 1024});
  ASSERT_TRUE(slow.Send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"));
  ASSERT_TRUE(Eventually([&] { return counts.made > 0; }));
  EXPECT_TRUE(Eventually([&] {
    Advance(31s);
    return counts.destroyed.load();
  }));
  EXPECT_EQ(AskOnce(kGet)->status, 200u) << "it costs nobody else";
}

TEST_F(HttpsListenerLimits, GiveThePlaceOfAnIdleConnectionToANewOne) {
  limits_.max_connections = 1;
  Start();
  HttpsClient idle = Connect();
  ASSERT_TRUE(idle.Ask(kGet).has_value());
  EXPECT_EQ(AskOnce(kGet)->status, 200u);
  EXPECT_EQ(idle.ReadToEnd(), "");
  EXPECT_EQ(idle.error(), "close_notify");
}

TEST_F(HttpsListenerLimits, GiveThePlacesOfSilentConnectionsBeforeThoseOfIdleOnes) {
  limits_.max_connections = 3;
  Start();
  HttpsClient idle = Connect();
  ASSERT_TRUE(idle.Ask(kGet).has_value());
  Advance(1s);
  HttpsClient before_handshake = Connect({.handshake = false});
  HttpsClient before_request = Connect();
  ASSERT_TRUE(Eventually([&] { return listener_->connections() == 3; }));
  Advance(limits_.silence_grace);
  EXPECT_EQ(AskOnce(kGet)->status, 200u);
  EXPECT_EQ(before_handshake.ReadToEnd(), "");
  EXPECT_EQ(before_request.ReadToEnd(), "");
  EXPECT_EQ(idle.Ask(kGet)->status, 200u);
}

TEST_F(HttpsListenerLimits, GiveThePlaceOfAnIdleConnectionWhereMoreAreIdleThanSilent) {
  limits_.max_connections = 3;
  Start();
  HttpsClient idle = Connect();
  ASSERT_TRUE(idle.Ask(kGet).has_value());
  Settle();
  Advance(1s);
  HttpsClient idle_later = Connect();
  ASSERT_TRUE(idle_later.Ask(kGet).has_value());
  Settle();
  HttpsClient slow = Connect();
  ASSERT_TRUE(Eventually([&] { return listener_->connections() == 3; }));
  Advance(limits_.silence_grace);
  EXPECT_EQ(AskOnce(kGet)->status, 200u);
  EXPECT_EQ(idle.ReadToEnd(), "");
  EXPECT_EQ(slow.Ask(kGet)->status, 200u);
}

TEST_F(HttpsListenerLimits, GiveNewConnectionsTimeForTheirRequest) {
  limits_.max_connections = 1;
  Start();
  HttpsClient young = Connect();
  ASSERT_TRUE(Eventually([&] { return listener_->connections() == 1; }));
  auto waiting = std::async(std::launch::async, [&] { return AskOnce(kGet); });
  EXPECT_EQ(young.Ask(kGet)->status, 200u);
  EXPECT_EQ(waiting.get()->status, 200u) << "in the place of one that is idle now";
}

TEST_F(HttpsListenerLimits, LetANewConnectionWaitWhileAllOthersAreBusy) {
  limits_.max_connections = 1;
  Hold hold;
  service_.answer = [&](Request request) -> asio::awaitable<Response> {
    if (request.path == "/held") co_await hold.Wait();
    co_return TextResponse("done");
  };
  Start();
  HttpsClient busy = Connect();
  ASSERT_TRUE(busy.Send("GET /held HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  ASSERT_TRUE(Eventually([&] { return hold.waiting() == 1; }));
  auto waiting = std::async(std::launch::async, [&] { return AskOnce(kGet); });
  EXPECT_EQ(listener_->connections(), 1u);
  hold.Release();
  EXPECT_EQ(busy.Receive()->body, "done");
  EXPECT_EQ(busy.ReadToEnd(), "");
  busy.Reset();
  EXPECT_EQ(waiting.get()->body, "done");
}

}  // namespace
}  // namespace kubegauge::testing
