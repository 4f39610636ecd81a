// The client against servers and networks that misbehave.

#include <gmock/gmock.h>

#include <boost/asio/ip/tcp.hpp>

#include "kube/clock.h"
#include "tests/apiservice/certificate_builder.h"
#include "tests/kube/curl_client_fixture.h"
#include "tests/kube/raw_tls_server.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using Connection = RawTlsServer::Connection;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

class OddServerTest : public ::testing::Test {
 protected:
  OddServerTest() { client_.credentials_.Set({.authority = authority_.pem().certificate}); }

  void Serve(RawTlsServer::Script script) {
    server_ = std::make_unique<RawTlsServer>(pair_, std::move(script));
    client_.Create(server_->port());
  }
  // Answers every request of every connection with `bytes`, then ends the connection.
  void AnswerOnce(std::string bytes, bool reset = false) {
    Serve([bytes, reset](Connection& connection) {
      if (!connection.Handshake() || !connection.ReadRequest()) return;
      connection.Write(bytes);
      if (reset) connection.Reset();
    });
  }
  absl::Status Failure(const std::string& method = "GET") {
    return client_.Send({.method = method, .target = "/path?query"}).status();
  }

  const int64_t wall_ns_ = kube::SystemClock().WallNs();
  const apiservice::CertificateAuthority authority_ =
      *apiservice::CertificateAuthority::Create("test authority", wall_ns_);
  const apiservice::KeyPairPem pair_ = *authority_.IssueServing(
      {.common_name = "server", .dns_names = {"kubernetes"}, .ip_addresses = {"127.0.0.1"}},
      wall_ns_);
  std::unique_ptr<RawTlsServer> server_;
  ClientRunner client_;
};

// While the API server's authority is rotated under its name.
TEST_F(OddServerTest, TellsAuthoritiesOfOneNameApartByTheirSignatures) {
  const BuiltCertificate old_one = BuildSelfSigned(
      {.name = "test authority", .is_authority = true, .has_key_identifiers = false}, wall_ns_);
  const std::string ours = authority_.pem().certificate;
  const std::string before = ChainOf({&old_one});
  for (const std::string& authority : {before + ours, ours + before}) {
    client_.credentials_.Set({.authority = authority});
    AnswerOnce("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(Failure(), absl::OkStatus());
    EXPECT_EQ(client_.Open({.target = "/"}).status(), absl::OkStatus());
  }
}

TEST_F(OddServerTest, OffersHttp2ForSendsAndAConnectionOfItsOwnForAStream) {
  Serve([](Connection& connection) {
    if (!connection.Handshake()) return;
    while (connection.ReadRequest())
      connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  EXPECT_TRUE(client_.Send({.target = "/"}).ok());
  EXPECT_TRUE(client_.Send({.target = "/"}).ok());
  EXPECT_THAT(server_->offered_protocols(), ElementsAre("h2,http/1.1"));
}

TEST_F(OddServerTest, SaysThatAConnectionBrokeAndWhere) {
  AnswerOnce("", /*reset=*/true);
  EXPECT_TRUE(absl::IsAborted(Failure())) << Failure().ToString();
  AnswerOnce("");
  EXPECT_TRUE(absl::IsAborted(Failure("POST"))) << Failure("POST").ToString();
  AnswerOnce("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_TRUE(absl::IsAborted(Failure())) << Failure().ToString();
  EXPECT_THAT(Failure().ToString(),
              AllOf(HasSubstr("GET https://127.0.0.1:"), HasSubstr("/path:"),
                    HasSubstr("the connection broke"), Not(HasSubstr("query"))));
  AnswerOnce("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
  EXPECT_TRUE(absl::IsAborted(Failure())) << Failure().ToString();
  AnswerOnce("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhalf", /*reset=*/true);
  EXPECT_TRUE(absl::IsAborted(Failure())) << Failure().ToString();
}

TEST_F(OddServerTest, SaysThatTheAnswerIsNotHttp) {
  AnswerOnce("220 smtp.example.com ESMTP\r\n");
  EXPECT_TRUE(absl::IsUnavailable(Failure())) << Failure().ToString();
  EXPECT_THAT(Failure().ToString(), HasSubstr("not HTTP"));
  AnswerOnce("HTTP/1.1 200 OK\r\n" + std::string(10, 'x') + ": " + std::string(90'000, 'y') +
             "\r\n" + "z: " + std::string(90'000, 'y') + "\r\n" + "z: " + std::string(90'000, 'y') +
             "\r\n\r\n");
  EXPECT_TRUE(absl::IsResourceExhausted(Failure())) << Failure().ToString();
}

TEST_F(OddServerTest, SaysThatThereIsNoServer) {
  asio::ip::tcp::acceptor taken(client_.io_, {asio::ip::address_v4::loopback(), 0});
  const uint16_t port = taken.local_endpoint().port();
  taken.close();
  client_.Create(port);
  EXPECT_TRUE(absl::IsUnavailable(Failure())) << Failure().ToString();
  EXPECT_THAT(Failure().ToString(), AllOf(HasSubstr("Connection refused"), HasSubstr("firewall")));
  client_.config_.server.host = "no-such-host.invalid";
  client_.Create(port);
  EXPECT_TRUE(absl::IsUnavailable(Failure())) << Failure().ToString();
  EXPECT_THAT(Failure().ToString(), HasSubstr("DNS"));
}

TEST_F(OddServerTest, SaysThatTheServerSpeaksNoTls) {
  Serve([](Connection& connection) { connection.Write("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  EXPECT_TRUE(absl::IsUnavailable(Failure())) << Failure().ToString();
  EXPECT_THAT(Failure().ToString(), HasSubstr("HTTPS port"));
  Serve([](Connection& connection) { connection.AwaitEnd(); });
  client_.options_.connect_timeout = 200ms;
  client_.Create(server_->port());
  EXPECT_TRUE(absl::IsDeadlineExceeded(Failure())) << Failure().ToString();
  const absl::Status late = client_.Send({.target = "/", .timeout = 50ms}).status();
  EXPECT_THAT(late.ToString(), HasSubstr("while connecting, TLS included"));
}

TEST_F(OddServerTest, PassesOverInterimAnswersTrailersAndChunks) {
  AnswerOnce(
      "HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\nHTTP/1.1 299 Fine\r\nX-A:  late\r\nX-A: 2\r\n"
      "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;ext\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n");
  const auto response = client_.Send({.target = "/"});
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(response->head.status, 299u);
  EXPECT_EQ(response->head.Find("x-a"), "late");
  EXPECT_EQ(response->head.Find("x-trailer"), "");
  EXPECT_EQ(response->body, "abcde");
}

TEST_F(OddServerTest, FollowsNoRedirect) {
  AnswerOnce("HTTP/1.1 302 Found\r\nLocation: https://example.com/\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(client_.Send({.target = "/"})->head.status, 302u);
}

TEST_F(OddServerTest, UsesANewConnectionWhenTheServerHasClosedTheOldOne) {
  AnswerOnce("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  for (int i = 0; i < 20; ++i) {
    const auto response = client_.Send({.method = i % 2 == 0 ? "GET" : "POST", .target = "/"});
    ASSERT_TRUE(response.ok()) << response.status().ToString();
  }
}

// A watch: each event can be read when it has come, long before the response ends.
TEST_F(OddServerTest, GivesEventsAsTheyCome) {
  std::promise<void> first_read;
  std::promise<void> second_read;
  Serve([&](Connection& connection) {
    if (!connection.Handshake() || !connection.ReadRequest()) return;
    connection.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst\n\r\n");
    first_read.get_future().wait();
    connection.Write("7\r\nsecond\n\r\n");
    second_read.get_future().wait();
    connection.AwaitEnd();
  });
  auto stream = client_.Open({.target = "/watch"});
  ASSERT_TRUE(stream.ok()) << stream.status().ToString();
  EXPECT_EQ(*client_.Run((*stream)->Read(20s)), "first\n");
  auto reading = client_.Begin((*stream)->Read(20s));
  first_read.set_value();
  EXPECT_EQ(*reading.get(), "second\n");
  second_read.set_value();
  const absl::Status silent = client_.Run((*stream)->Read(50ms)).status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(silent)) << silent.ToString();
  EXPECT_THAT(silent.ToString(), HasSubstr("nothing came in time"));
  EXPECT_EQ(client_.Run((*stream)->Read(20s)).status(), silent) << "the exchange is over";
  EXPECT_THAT(server_->offered_protocols(), ElementsAre("http/1.1"));
}

TEST_F(OddServerTest, GivesWhatCameBeforeAStreamBroke) {
  AnswerOnce("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst\n\r\n");
  auto stream = client_.Open({.target = "/watch"});
  ASSERT_TRUE(stream.ok()) << stream.status().ToString();
  EXPECT_EQ(*client_.Run((*stream)->Read(20s)), "first\n");
  EXPECT_TRUE(absl::IsAborted(client_.Run((*stream)->Read(20s)).status()));
}

TEST_F(OddServerTest, GoesThroughAProxyWithTheServersOwnAddressAndTlsName) {
  std::promise<std::string> connect;
  std::promise<std::string> request;
  client_.config_.tls_server_name = "kubernetes";
  client_.config_.server.host = "10.9.8.7";
  Serve([&](Connection& connection) {
    connect.set_value(connection.ReadRequest().value_or(""));
    connection.Write("HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n");
    if (!connection.Handshake()) return;
    request.set_value(connection.ReadRequest().value_or(""));
    connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  client_.config_.proxy_url = "http://user:SECRET@127.0.0.1:" + std::to_string(server_->port());
  client_.Create(6443);
  const auto response = client_.Send({.target = "/path"});
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(response->head.Find("x-proxy"), "");
  EXPECT_THAT(connect.get_future().get(), AllOf(HasSubstr("CONNECT 10.9.8.7:6443 HTTP/1.1\r\n"),
                                                HasSubstr("Proxy-Authorization: Basic ")));
  EXPECT_THAT(request.get_future().get(),
              AllOf(HasSubstr("GET /path HTTP/1.1\r\n"), HasSubstr("Host: 10.9.8.7:6443\r\n"),
                    Not(HasSubstr("Proxy-Authorization"))));
}

TEST_F(OddServerTest, SaysThatTheProxyRefusedWithoutItsPassword) {
  Serve([](Connection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  });
  client_.config_.proxy_url = "http://user:SECRET@127.0.0.1:" + std::to_string(server_->port());
  client_.Create(6443);
  EXPECT_TRUE(absl::IsUnavailable(Failure())) << Failure().ToString();
  EXPECT_THAT(Failure().ToString(),
              AllOf(HasSubstr("through a proxy"), HasSubstr("403"), Not(HasSubstr("SECRET"))));
}

}  // namespace
}  // namespace kubegauge::testing
