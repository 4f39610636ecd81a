// Which answers it takes.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "scraper/kubelet_client.h"
#include "tests/scraper/kubelet_client_fixture.h"

namespace kubegauge::scraper::kubelet_client_testing {
namespace {

using ::testing::HasSubstr;

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

}  // namespace
}  // namespace kubegauge::scraper::kubelet_client_testing
