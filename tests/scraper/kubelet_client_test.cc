#include "scraper/kubelet_client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <string>
#include <vector>

#include "tests/scraper/kubelet_fixture.h"

namespace kubegauge::scraper {
namespace {

using ::kubegauge::testing::FakeKubelet;
using ::kubegauge::testing::FakeKubeletReply;
using ::kubegauge::testing::FakeKubeletRequest;
using ::kubegauge::testing::KubeletCertificate;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Framing = FakeKubeletReply::Framing;
using Then = FakeKubeletReply::Then;

constexpr int64_t kDayNs = int64_t{86'400} * 1'000'000'000;

class KubeletClientTest : public ::kubegauge::testing::KubeletFixture {
 protected:
  KubeletClient& client() {
    if (client_ == nullptr) {
      access_ = std::make_unique<KubeletAccess>(
          io_.get_executor(), plain_ ? nullptr : &credentials_, options_, log_, look_up_);
      client_ = std::make_unique<KubeletClient>(io_.get_executor(), *access_);
    }
    return *client_;
  }
  absl::StatusOr<ExchangeAnswer> Get(const KubeletTarget& target) {
    const auto lease = [this]() -> ExchangeBuffers& { return buffers_; };
    return Run(client().Get(target, "/metrics/resource", lease));
  }
  absl::StatusOr<ExchangeAnswer> Get(const FakeKubelet& kubelet) { return Get(TargetOf(kubelet)); }
  std::string ErrorOf(const absl::StatusOr<ExchangeAnswer>& answer) {
    return std::string(answer.status().message());
  }

  KubeletClientOptions options_{.user_agent = "kubegauge/test"};
  bool plain_ = false;
  HostResolver::LookUp look_up_ = &LookUpHost;
  ExchangeBuffers buffers_;
  std::unique_ptr<KubeletAccess> access_;
  std::unique_ptr<KubeletClient> client_;
};

FakeKubelet::Answer Always(FakeKubeletReply reply) {
  return [reply](const FakeKubeletRequest&) { return reply; };
}

TEST_F(KubeletClientTest, AsksAsUpstreamDoes) {
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.body = "metrics"}));
  const auto answer = Get(kubelet);
  ASSERT_TRUE(answer.ok()) << answer.status().ToString();
  EXPECT_EQ(answer->status, 200u);
  EXPECT_EQ(buffers_.body_text(), "metrics");
  EXPECT_EQ(kubelet.record().requests[0].text,
            fmt::format("GET /metrics/resource HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
                        "User-Agent: kubegauge/test\r\nAuthorization: Bearer secret\r\n\r\n",
                        kubelet.port()));
}

TEST_F(KubeletClientTest, KeepsTheConnection) {
  const std::string large(100'000, 'x');
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.body = large}));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Get(kubelet).ok());
    EXPECT_EQ(buffers_.body_text(), large);
  }
  EXPECT_EQ(kubelet.record().connections, 1u);
}

TEST_F(KubeletClientTest, ReadsAnswersThatComeBitByBitOnAKeptConnection) {
  for (const bool plain : {false, true}) {
    plain_ = plain;
    client_ = nullptr;
    FakeKubelet kubelet(io_.get_executor(), plain_ ? FakeKubelet::Options() : SecureOptions(),
                        Always({.body = "metrics", .byte_interval = std::chrono::milliseconds(1)}));
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(Get(kubelet).ok());
      EXPECT_EQ(buffers_.body_text(), "metrics");
    }
    EXPECT_EQ(kubelet.record().connections, 1u);
  }
}

TEST_F(KubeletClientTest, ReadsAnswersOfOtherSizesThanTheOneBefore) {
  for (const bool plain : {false, true}) {
    plain_ = plain;
    client_ = nullptr;
    std::string body;
    FakeKubelet kubelet(io_.get_executor(), plain_ ? FakeKubelet::Options() : SecureOptions(),
                        [&](const FakeKubeletRequest&) { return FakeKubeletReply{.body = body}; });
    for (const size_t size : {50'000, 3, 5'000, 100, 500'000, 0}) {
      body.assign(size, 'z');
      const auto answer = Get(kubelet);
      ASSERT_TRUE(answer.ok()) << answer.status().ToString();
      EXPECT_EQ(buffers_.body_text(), body);
    }
    EXPECT_EQ(kubelet.record().connections, 1u);
  }
}

TEST_F(KubeletClientTest, ReadsBodiesOfEveryFraming) {
  for (const Framing framing : {Framing::kContentLength, Framing::kChunked, Framing::kUntilClose}) {
    for (const size_t size : {0, 1, 16'384, 70'001}) {
      const std::string body(size, 'y');
      FakeKubelet kubelet(io_.get_executor(), SecureOptions(),
                          Always({.body = body, .framing = framing}));
      const auto answer = Get(kubelet);
      ASSERT_TRUE(answer.ok()) << answer.status().ToString();
      EXPECT_EQ(buffers_.body_text(), body);
      EXPECT_EQ(answer->keep_alive, framing != Framing::kUntilClose);
    }
  }
}

TEST_F(KubeletClientTest, FollowsNoRedirectionToAnotherServer) {
  FakeKubelet elsewhere(io_.get_executor(), SecureOptions(), Always({.body = "stolen"}));
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(),
                      Always({.status = 302,
                              .reason = "Found",
                              .header_lines = fmt::format("Location: https://127.0.0.1:{}/\r\n",
                                                          elsewhere.port())}));
  EXPECT_EQ(Get(kubelet)->status, 302u);
  EXPECT_EQ(elsewhere.record().connections, 0u);
}

TEST_F(KubeletClientTest, ReplacesAKeptConnectionThatTheKubeletHasClosedAndResumesItsSession) {
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.body = "metrics"}));
  ASSERT_TRUE(Get(kubelet).ok());
  kubelet.CloseConnections();
  ASSERT_TRUE(RunUntil([&] { return kubelet.record().open_connections == 0; }));
  ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_EQ(kubelet.record().connections, 2u);
  EXPECT_EQ(kubelet.record().resumed_sessions, 1u);
  EXPECT_EQ(kubelet.record().requests.size(), 2u);
}

TEST_F(KubeletClientTest, ResumesTheSessionOfAConnectionThatEndedInOrder) {
  FakeKubelet kubelet(
      io_.get_executor(), SecureOptions(),
      Always({.header_lines = "Connection: close\r\n", .body = "metrics", .then = Then::kClose}));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_EQ(kubelet.record().connections, 3u);
  EXPECT_EQ(kubelet.record().resumed_sessions, 2u);
}

TEST_F(KubeletClientTest, AsksOnceMoreAtMost) {
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), [&](const FakeKubeletRequest&) {
    const bool first = kubelet.record().requests.size() == 1;
    return first ? FakeKubeletReply{.body = "metrics"}
                 : FakeKubeletReply{.then = Then::kReset, .raw = " "};
  });
  ASSERT_TRUE(Get(kubelet).ok());
  kubelet.CloseConnections();
  EXPECT_FALSE(Get(kubelet).ok());
  EXPECT_EQ(kubelet.record().connections, 2u);
}

TEST_F(KubeletClientTest, DoesNotUseAConnectionAgainOnWhichMoreCameThanTheAnswer) {
  FakeKubelet kubelet(
      io_.get_executor(), SecureOptions(),
      Always({.raw = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"}));
  ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_EQ(buffers_.body_text(), "ok");
  ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_EQ(kubelet.record().connections, 2u);
}

TEST_F(KubeletClientTest, SaysWhyACertificateIsNotTrusted) {
  const auto stranger = *apiservice::CertificateAuthority::Create("stranger", Now());
  const int64_t long_ago = Now() - 400 * kDayNs;
  const auto old_authority = *apiservice::CertificateAuthority::Create("old", long_ago);
  struct Case {
    apiservice::KeyPairPem certificate;
    std::string authority;
    std::string error;
  };
  const std::string ours = authority_.pem().certificate;
  const std::vector<Case> cases = {
      {KubeletCertificate(stranger, {"127.0.0.1"}, Now()), ours, "unable to get local issuer"},
      {KubeletCertificate(authority_, {"127.0.0.2"}, Now()), ours, "IP address mismatch"},
      {KubeletCertificate(authority_, {"worker-1"}, Now()), ours, "IP address mismatch"},
      {KubeletCertificate(old_authority, {"127.0.0.1"}, long_ago), old_authority.pem().certificate,
       "certificate has expired"},
  };
  for (const Case& c : cases) {
    client_ = nullptr;
    credentials_.Set({.authorization = "Bearer secret", .authority = c.authority});
    FakeKubelet kubelet(io_.get_executor(), {.certificate = c.certificate}, Always({}));
    const auto answer = Get(kubelet);
    EXPECT_TRUE(absl::IsFailedPrecondition(answer.status()));
    EXPECT_THAT(ErrorOf(answer), AllOf(HasSubstr(c.error), HasSubstr("--kubelet-insecure-tls")));
    EXPECT_TRUE(kubelet.record().requests.empty());
  }
}

TEST_F(KubeletClientTest, TrustsEveryCertificateWhenInsecure) {
  options_.insecure_tls = true;
  const auto stranger = *apiservice::CertificateAuthority::Create("stranger", Now());
  FakeKubelet kubelet(io_.get_executor(),
                      {.certificate = KubeletCertificate(stranger, {"other"}, Now())},
                      Always({.body = "metrics"}));
  EXPECT_TRUE(Get(kubelet).ok());
}

TEST_F(KubeletClientTest, ChecksAHostNameAndTellsIt) {
  FakeKubelet named(io_.get_executor(),
                    {.certificate = KubeletCertificate(authority_, {"localhost"}, Now())},
                    Always({.body = "metrics"}));
  KubeletTarget target = TargetOf(named);
  target.host = "localhost";
  const auto answer = Get(target);
  ASSERT_TRUE(answer.ok()) << answer.status().ToString();
  EXPECT_THAT(named.record().server_names, ElementsAre("localhost"));

  FakeKubelet other(io_.get_executor(),
                    {.certificate = KubeletCertificate(authority_, {"127.0.0.1"}, Now())},
                    Always({.body = "metrics"}));
  target.port = other.port();
  EXPECT_THAT(ErrorOf(Get(target)), HasSubstr("hostname mismatch"));
}

TEST_F(KubeletClientTest, ShowsTheClientCertificate) {
  const auto client =
      *authority_.IssueClient({.common_name = "metrics", .organizations = {}}, Now());
  credentials_.Set({.client_certificate = client.certificate,
                    .client_key = client.private_key,
                    .authority = authority_.pem().certificate});
  FakeKubelet::Options options = SecureOptions();
  options.client_authority = authority_.pem().certificate;
  FakeKubelet kubelet(io_.get_executor(), options, Always({.body = "metrics"}));
  ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_THAT(kubelet.record().client_names, ElementsAre("metrics"));
  EXPECT_EQ(kubelet.record().requests[0].authorization, "");
}

TEST_F(KubeletClientTest, TakesUpANewTokenOnTheSameConnectionAndNewCertificatesOnANewOne) {
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.body = "metrics"}));
  ASSERT_TRUE(Get(kubelet).ok());
  kube::Credentials credentials = credentials_.current();
  credentials.authorization = "Bearer newer";
  credentials_.Set(credentials);
  ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_EQ(kubelet.record().requests[1].authorization, "Bearer newer");
  EXPECT_EQ(kubelet.record().connections, 1u);

  credentials.authority =
      apiservice::CertificateAuthority::Create("other", Now())->pem().certificate;
  credentials_.Set(credentials);
  EXPECT_TRUE(absl::IsFailedPrecondition(Get(kubelet).status()));
}

TEST_F(KubeletClientTest, StaysWithItsCertificatesWhenNewOnesCannotBeUsed) {
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.body = "metrics"}));
  ASSERT_TRUE(Get(kubelet).ok());
  kube::Credentials credentials = credentials_.current();
  credentials.authority = "half of a file";
  credentials_.Set(credentials);
  ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_THAT(Logged(), StartsWith("error New certificates for kubelets cannot be used error="));
}

TEST_F(KubeletClientTest, RefusesCredentialsThatTheKubeletRefused) {
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(),
                      Always({.status = 401, .reason = "Unauthorized"}));
  EXPECT_EQ(Get(kubelet)->status, 401u);
  EXPECT_EQ(credentials_.refusals(), 1);
}

TEST_F(KubeletClientTest, SendsNoCredentialsOverPlainHttp) {
  plain_ = true;
  FakeKubelet kubelet(io_.get_executor(), {}, Always({.body = "metrics"}));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_EQ(kubelet.record().requests[0].authorization, "");
  EXPECT_EQ(kubelet.record().connections, 1u);
}

TEST_F(KubeletClientTest, SaysWhatIsWrongWithAnAnswer) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  struct Case {
    FakeKubeletReply reply;
    absl::StatusCode code;
    std::string error;
  };
  const std::vector<Case> cases = {
      {{.then = Then::kClose, .raw = "220 smtp ready\r\n\r\n"},
       absl::StatusCode::kInvalidArgument,
       "not an HTTP response"},
      {{.then = Then::kClose, .raw = head + "Content-Length: 9\r\n\r\nhalf"},
       absl::StatusCode::kDataLoss,
       "ended its answer too early"},
      {{.then = Then::kReset, .raw = head + "Content-Length: 9\r\n\r\nhalf"},
       absl::StatusCode::kDataLoss,
       "ended the connection within its answer"},
      {{.then = Then::kSaysNothingMore, .raw = head + "Content-Length: 1001\r\n\r\n"},
       absl::StatusCode::kResourceExhausted,
       "the body is larger than 1000 bytes"},
      {{.body = std::string(400, 'x'), .endless = true},
       absl::StatusCode::kResourceExhausted,
       "the body is larger than 1000 bytes"},
      {{.header_lines = "X: " + std::string(50'000, 'x') + "\r\n"},
       absl::StatusCode::kResourceExhausted,
       "the header is larger than 16384 bytes"},
  };
  options_.limits.body_bytes = 1000;
  for (const Case& c : cases) {
    FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always(c.reply));
    const auto answer = Get(kubelet);
    EXPECT_EQ(answer.status().code(), c.code) << answer.status().ToString();
    EXPECT_THAT(ErrorOf(answer), HasSubstr(c.error));
  }
}

// Go's servers may send them; taken for the answer, each later scrape had the answer before.
TEST_F(KubeletClientTest, PassesOverInterimAnswers) {
  const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nmetrics";
  const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n";
  for (const std::string& before : {std::string("HTTP/1.1 100 Continue\r\n\r\n"), hints + hints}) {
    FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.raw = before + whole}));
    for (int i = 0; i < 2; ++i) {
      const auto answer = Get(kubelet);
      ASSERT_TRUE(answer.ok()) << answer.status();
      EXPECT_EQ(answer->status, 200u);
      EXPECT_EQ(buffers_.body_text(), "metrics");
    }
    EXPECT_EQ(kubelet.record().connections, 1u);
  }
  std::string endless;
  for (int i = 0; i < 10; ++i) endless += hints;
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.raw = endless + whole}));
  EXPECT_THAT(ErrorOf(Get(kubelet)), HasSubstr("one interim answer after another"));
}

TEST_F(KubeletClientTest, FollowsRedirectionsToTheSameKubelet) {
  uint16_t port = 0;
  const auto redirect = [](unsigned status, const std::string& location) {
    return FakeKubeletReply{
        .status = status, .reason = "Found", .header_lines = "Location: " + location + "\r\n"};
  };
  std::string first;
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), [&](const FakeKubeletRequest& request) {
    if (request.path == "/metrics/resource") return redirect(302, first);
    if (request.path == "/moved?to=1") return redirect(307, "/moved/again");
    if (request.path == "/round") return redirect(308, "/round");
    return FakeKubeletReply{.body = request.path};
  });
  port = kubelet.port();
  const struct {
    std::string location;
    unsigned status;
    std::string body;
  } cases[] = {
      {"/moved?to=1#part", 200, "/moved/again"},
      {fmt::format("HTTPS://127.0.0.1:{}/elsewhere", port), 200, "/elsewhere"},
      {fmt::format("http://127.0.0.1:{}/elsewhere", port), 302, ""},
      {fmt::format("https://127.0.0.1:{}0/elsewhere", port), 302, ""},
      {"https://other.example/elsewhere", 302, ""},
      {"//other.example/elsewhere", 302, ""},
      {"", 302, ""},
  };
  for (const auto& [location, status, body] : cases) {
    first = location;
    const auto answer = Get(kubelet);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->status, status) << location;
    EXPECT_EQ(buffers_.body_text(), body) << location;
  }
  first = "/round";
  EXPECT_EQ(ErrorOf(Get(kubelet)), "stopped after 10 redirects, the last one to /round");
}

TEST_F(KubeletClientTest, SaysWhyNoConnectionCameAbout) {
  uint16_t closed_port = 0;
  {
    FakeKubelet gone(io_.get_executor(), {}, Always({}));
    closed_port = gone.port();
  }
  const auto down = Get({.node = "n", .host = "127.0.0.1", .port = closed_port});
  EXPECT_EQ(ErrorOf(down),
            fmt::format("cannot connect to 127.0.0.1:{}: Connection refused", closed_port));
  FakeKubelet::Options nonsense = SecureOptions();
  nonsense.handshake = FakeKubelet::Handshake::kAnsweredByNonsense;
  FakeKubelet other(io_.get_executor(), nonsense, Always({}));
  EXPECT_THAT(ErrorOf(Get(other)),
              AllOf(StartsWith("the TLS handshake with 127.0.0.1:"), HasSubstr("wrong version")));
}

TEST_F(KubeletClientTest, ConnectsToTheAddressesOfAName) {
  FakeKubelet kubelet(io_.get_executor(), {}, Always({.body = "metrics"}));
  plain_ = true;
  // The first is nobody's.
  look_up_ = [](const std::string&) {
    return HostAddresses{boost::asio::ip::make_address("127.255.255.254"),
                         boost::asio::ip::make_address("127.0.0.1")};
  };
  EXPECT_TRUE(Get({.node = "n", .host = "node-1", .port = kubelet.port(), .tls = false}).ok());
  EXPECT_EQ(kubelet.record().requests[0].host, fmt::format("node-1:{}", kubelet.port()));
}

TEST_F(KubeletClientTest, SaysThatANameCannotBeResolved) {
  EXPECT_THAT(
      ErrorOf(Get({.node = "n", .host = "no such name", .port = 1})),
      AllOf(StartsWith("cannot resolve no such name: "), HasSubstr("--kubelet-preferred-address")));
}

TEST_F(KubeletClientTest, GivesUpANameThatHangs) {
  std::promise<void> end;
  look_up_ = [ended = end.get_future().share()](const std::string&) {
    ended.wait();
    return HostAddresses();
  };
  boost::asio::steady_timer timer(io_, std::chrono::milliseconds(20));
  timer.async_wait([this](const auto&) { client().Cancel(); });
  EXPECT_TRUE(absl::IsCancelled(Get({.node = "n", .host = "hangs", .port = 1}).status()));
  end.set_value();
}

TEST_F(KubeletClientTest, EndsByCancellationWhereverItIs) {
  FakeKubelet::Options silent = SecureOptions();
  silent.handshake = FakeKubelet::Handshake::kNeverAnswered;
  FakeKubelet in_handshake(io_.get_executor(), silent, Always({}));
  FakeKubelet before_answer(io_.get_executor(), SecureOptions(),
                            Always({.then = Then::kSaysNothingMore, .raw = "H"}));
  FakeKubelet in_answer(
      io_.get_executor(), SecureOptions(),
      Always({.body = "slow", .byte_interval = std::chrono::milliseconds(3'600'000)}));
  for (FakeKubelet* kubelet : {&in_handshake, &before_answer, &in_answer}) {
    boost::asio::steady_timer timer(io_, std::chrono::milliseconds(30));
    timer.async_wait([this](const auto&) { client().Cancel(); });
    EXPECT_TRUE(absl::IsCancelled(Get(*kubelet).status()));
    EXPECT_TRUE(
        RunUntil([&] { return kubelet == &in_answer || kubelet->record().open_connections == 0; }));
  }
}

TEST_F(KubeletClientTest, WorksAgainAfterACancellation) {
  bool slow = true;
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), [&](const FakeKubeletRequest&) {
    return slow ? FakeKubeletReply{.then = Then::kSaysNothingMore, .raw = "H"}
                : FakeKubeletReply{.body = "metrics"};
  });
  boost::asio::steady_timer timer(io_, std::chrono::milliseconds(20));
  timer.async_wait([this](const auto&) { client().Cancel(); });
  EXPECT_TRUE(absl::IsCancelled(Get(kubelet).status()));
  slow = false;
  client().Cancel();  // when nothing is under way
  EXPECT_TRUE(Get(kubelet).ok());
}

}  // namespace
}  // namespace kubegauge::scraper
