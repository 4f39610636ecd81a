// How the listener speaks HTTP. Times, limits and drains: https_listener_limits_test.cc,
// https_listener_drain_test.cc. TLS: https_listener_tls_test.cc.

#include "server/listener/https_listener.h"

#include <gmock/gmock.h>

#include <boost/asio/ip/tcp.hpp>

#include "apiservice/http_date.h"
#include "tests/server/listener/listener_fixture.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using apiservice::Request;
using apiservice::Response;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HttpsListenerTest : public ListenerFixture {
 protected:
  // Every request is answered with a stream.
  void AnswerWithStream(size_t bytes) {
    service_.answer = [this, bytes](Request) -> asio::awaitable<Response> {
      Response response = TextResponse("");
      response.stream = std::make_unique<CountedStream>(bytes, counts_);
      co_return response;
    };
  }

  // Of answers at the time of the clock.
  std::string Date() const { return apiservice::FormatHttpDate(clock_.WallNs() / 1'000'000'000); }
  std::string DateField() const { return "Date: " + Date() + "\r\n"; }

  CountedStream::Counts counts_;
};

TEST_F(HttpsListenerTest, HandsTheWholeRequestToTheServiceAndKeepsTheConnection) {
  service_.answer = [](Request request) -> asio::awaitable<Response> {
    Response response = TextResponse(request.method + "|" + request.path + "|" + request.query +
                                     "|" + request.headers.Joined("x-list") + "|" + request.body);
    response.status = 201;
    response.headers.emplace_back("Audit-ID", "a\r\nb");
    response.headers.emplace_back("content-length", "1");
    co_return response;
  };
  Start();
  HttpsClient client = Connect();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.Ask(
        "PATCH /a%20b/c?d=e%26&f?g HTTP/1.1\r\nHost: h\r\nX-List: 1\r\nx-list:  2 \r\n"
        "Content-Length: 4\r\n\r\nbody");
    ASSERT_TRUE(answer.has_value()) << client.error();
    EXPECT_EQ(answer->status, 201u);
    EXPECT_EQ(answer->body, "PATCH|/a%20b/c|d=e%26&f?g|1, 2|body");
    EXPECT_EQ(answer->headers.Find("Content-Type"), "text/plain");
    EXPECT_EQ(answer->headers.Find("Audit-ID"), "a  b") << "a line break must not end the field";
    EXPECT_EQ(answer->headers.Joined("Content-Length"), std::to_string(answer->body.size()));
    EXPECT_EQ(answer->headers.Find("Connection").data(), nullptr);
  }
  EXPECT_EQ(listener_->connections(), 1u);
}

TEST_F(HttpsListenerTest, DatesItsAnswers) {
  Start();
  HttpsClient client = Connect();
  const std::string request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  const auto date = [&] { return std::string(client.Ask(request)->headers.Find("Date")); };
  EXPECT_EQ(date(), Date());
  Advance(std::chrono::seconds(2));
  EXPECT_EQ(date(), Date());
}

TEST_F(HttpsListenerTest, AnswersRequestsSentAheadInTheirOrder) {
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(
      client.Send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
                  "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc\r\n"
                  "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                  "GET /never HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(client.Receive()->body, "GET /1");
  EXPECT_EQ(client.Receive()->body, "POST /2 abc");
  const auto last = client.Receive();
  EXPECT_EQ(last->body, "GET /3");
  EXPECT_EQ(last->headers.Find("Connection"), "close");
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_EQ(client.error(), "close_notify");
}

TEST_F(HttpsListenerTest, ReadsARequestTheSameWhereverItIsCutInTwo) {
  Start();
  HttpsClient client = Connect();
  const std::string requests =
      "POST /chunked HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n"
      "4;ext=1\r\nWiki\r\n5\r\npedia\r\n0\r\nX: ignored\r\n\r\n"
      "\r\nPUT /sized?q HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
      "GET http://h/absolute?x HTTP/1.1\r\nHost: h\r\n\r\n";
  for (size_t cut = 1; cut < requests.size(); ++cut) {
    ASSERT_TRUE(client.Send(std::string_view(requests).substr(0, cut))) << cut;
    ASSERT_TRUE(client.Send(std::string_view(requests).substr(cut))) << cut;
    for (const char* expected :
         {"POST /chunked Wikipedia", "PUT /sized?q hello", "GET /absolute?x"}) {
      const auto answer = client.Receive();
      ASSERT_TRUE(answer.has_value()) << "cut at " << cut << ": " << client.error();
      ASSERT_EQ(answer->body, expected) << "cut at " << cut;
    }
  }
}

TEST_F(HttpsListenerTest, StreamsALargeBodyWithoutRunningAheadOfItsReader) {
  constexpr size_t kTotal = 50'000'000;
  constexpr size_t kAhead = 2'000'000;  // what sockets hold, and then some
  AnswerWithStream(kTotal);
  Start();
  HttpsClient client = Connect({.receive_buffer = 64 * 1024});
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  std::string part(64 * 1024, '\0');
  size_t received = 0;
  while (received < kTotal) {
    ASSERT_LT(counts_.made.load(), received + kAhead);
    const size_t read = client.Read(part.data(), part.size());
    ASSERT_GT(read, 0u) << client.error();
    received += read;
  }
  EXPECT_EQ(counts_.made, kTotal);
}

TEST_F(HttpsListenerTest, FramesAStreamAsChunksAndKeepsTheConnection) {
  AnswerWithStream(200'000);
  Start();
  HttpsClient client = Connect();
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.Ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(answer.has_value()) << client.error();
    EXPECT_EQ(answer->headers.Find("Transfer-Encoding"), "chunked");
    EXPECT_EQ(answer->headers.Find("Content-Length").data(), nullptr);
    EXPECT_EQ(answer->body, std::string(200'000, 'x'));
  }
}

TEST_F(HttpsListenerTest, SendsAnEmptyStream) {
  AnswerWithStream(0);
  Start();
  HttpsClient client = Connect();
  EXPECT_EQ(client.Ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")->body, "");
  EXPECT_EQ(client.Ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")->status, 200u);
}

TEST_F(HttpsListenerTest, SendsALargeBodyWhole) {
  std::string body;
  for (int i = 0; body.size() < 10'000'000; ++i) body += std::to_string(i) + ",";
  service_.answer = [&](Request) -> asio::awaitable<Response> { co_return TextResponse(body); };
  Start();
  HttpsClient client = Connect();
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.Ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(answer.has_value()) << client.error();
    EXPECT_TRUE(answer->body == body) << answer->body.size();
  }
}

TEST_F(HttpsListenerTest, SpeaksHttp10) {
  Start();
  HttpsClient kept = Connect();
  for (int i = 0; i < 2; ++i) {
    const auto answer = kept.Ask("GET /kept HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    ASSERT_TRUE(answer.has_value()) << kept.error();
    EXPECT_EQ(answer->version, 10u);
    EXPECT_EQ(answer->headers.Find("Connection"), "keep-alive");
    EXPECT_EQ(answer->body, "GET /kept");
  }
  HttpsClient single = Connect();
  ASSERT_TRUE(single.Send("GET /single HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(single.ReadToEnd(), "HTTP/1.0 200 OK\r\n" + DateField() +
                                    "Content-Type: text/plain\r\nContent-Length: 11\r\n"
                                    "Connection: close\r\n\r\nGET /single");
}

TEST_F(HttpsListenerTest, StreamsToHttp10UntilTheEndOfTheConnection) {
  AnswerWithStream(150'000);
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_EQ(client.ReadToEnd(), "HTTP/1.0 200 OK\r\n" + DateField() +
                                    "Content-Type: text/plain\r\nConnection: close\r\n\r\n" +
                                    std::string(150'000, 'x'));
}

TEST_F(HttpsListenerTest, AnswersHeadWithoutTheBody) {
  Start();
  HttpsClient client = Connect();
  const auto head = client.Ask("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(head.has_value()) << client.error();
  EXPECT_EQ(head->headers.Find("Content-Length"), "7");
  EXPECT_EQ(client.Ask("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")->body, "GET /x");
}

TEST_F(HttpsListenerTest, AnswersHeadOfAStreamWithoutMakingIt) {
  AnswerWithStream(1'000'000);
  Start();
  HttpsClient client = Connect();
  EXPECT_EQ(client.Ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")->status, 200u);
  EXPECT_EQ(client.Ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")->status, 200u);
  EXPECT_EQ(counts_.made, 0u);
}

TEST_F(HttpsListenerTest, SendsNoBodyWhereTheStatusHasNone) {
  service_.answer = [](Request) -> asio::awaitable<Response> {
    Response response = TextResponse("not to be sent");
    response.status = 204;
    co_return response;
  };
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_EQ(client.ReadToEnd(), "HTTP/1.1 204 No Content\r\n" + DateField() +
                                    "Content-Type: text/plain\r\nConnection: close\r\n\r\n");
}

TEST_F(HttpsListenerTest, ClosesTheConnectionWhenTheServiceAsks) {
  service_.answer = [](Request) -> asio::awaitable<Response> {
    Response response = TextResponse("bye");
    response.headers.emplace_back("connection", "Close");
    co_return response;
  };
  Start();
  HttpsClient client = Connect();
  EXPECT_EQ(client.Ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")->headers.Joined("Connection"), "close");
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(HttpsListenerTest, TellsAWaitingClientToContinue) {
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send(
      "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"));
  std::string interim(100, '\0');
  interim.resize(client.Read(interim.data(), interim.size()));
  EXPECT_EQ(interim, "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.Send("body"));
  EXPECT_EQ(client.Receive()->body, "PUT /x body");

  const auto sent_along = client.Ask(
      "PUT /y HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody");
  EXPECT_EQ(sent_along->status, 200u) << "no interim answer when the body is there";
}

TEST_F(HttpsListenerTest, AnswersForAServiceThatThrows) {
  service_.answer = [](Request request) -> asio::awaitable<Response> {
    if (request.path == "/bad") throw std::runtime_error("broken");
    co_return TextResponse("fine");
  };
  Start();
  HttpsClient client = Connect();
  const auto answer = client.Ask("GET /bad HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(answer.has_value()) << client.error();
  EXPECT_EQ(answer->status, 500u);
  EXPECT_THAT(answer->body, StartsWith("This request caused apiserver to panic."));
  EXPECT_EQ(client.Ask("GET /good HTTP/1.1\r\nHost: h\r\n\r\n")->body, "fine");
}

TEST_F(HttpsListenerTest, BreaksAStreamThatThrowsOffWithoutItsEnd) {
  class Broken final : public apiservice::BodyStream {
    bool Next(std::string& out) override {
      if (started_) throw std::runtime_error("broken");
      started_ = true;
      out.append("first");
      return true;
    }
    bool started_ = false;
  };
  service_.answer = [](Request) -> asio::awaitable<Response> {
    Response response = TextResponse("");
    response.stream = std::make_unique<Broken>();
    co_return response;
  };
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(client.ReadToEnd(), EndsWith("\r\n\r\n00000005\r\nfirst\r\n"));
}

TEST_F(HttpsListenerTest, EndsAStreamWhoseReaderIsGone) {
  AnswerWithStream(1'000'000'000);
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  char first;
  ASSERT_EQ(client.Read(&first, 1), 1u);
  client.Reset();
  EXPECT_TRUE(Eventually([&] { return counts_.destroyed && listener_->connections() == 0; }));
  EXPECT_LT(counts_.made, 100'000'000u);
  EXPECT_EQ(log_sink_->text(), "") << "a client that leaves is no error of the server";
}

TEST_F(HttpsListenerTest, ServesIPv4ThroughTheUnspecifiedIPv6Address) {
  boost::system::error_code error;
  asio::ip::tcp::acceptor probe(serving_.first());
  probe.open(asio::ip::tcp::v6(), error);
  if (error) GTEST_SKIP() << "this machine has no IPv6";
  Start({.ip = "::", .port = 0});
  EXPECT_EQ(AskOnce("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")->body, "GET /x");
}

TEST_F(HttpsListenerTest, SaysWhyItCannotListen) {
  Start();
  const auto taken = server::HttpsListener::Bind(serving_.executors(), {"127.0.0.1", port()}, tls_,
                                                 service_, limits_, clock_, log_);
  EXPECT_THAT(taken.status().ToString(), HasSubstr("cannot listen on 127.0.0.1 port"));
  EXPECT_THAT(taken.status().ToString(), HasSubstr("in use"));
  const auto no_address = server::HttpsListener::Bind(serving_.executors(), {"localhost", 0}, tls_,
                                                      service_, limits_, clock_, log_);
  EXPECT_THAT(no_address.status().ToString(), HasSubstr("\"localhost\": it is not an IP address"));
}

}  // namespace
}  // namespace kubegauge::testing
