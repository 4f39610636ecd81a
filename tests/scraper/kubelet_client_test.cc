#include "scraper/kubelet_client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <future>
#include <string>

#include "tests/scraper/kubelet_client_fixture.h"

namespace kubegauge::scraper::kubelet_client_testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

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
      ErrorOf(Get({.node = "n", .host = "no..name", .port = 1})),
      AllOf(StartsWith("cannot resolve no..name: "), HasSubstr("--kubelet-preferred-address")));
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

TEST_F(KubeletClientTest, EndsAConnectionWhoseKubeletRenewsItsKeysWithoutEnd) {
  FakeKubelet decent(io_.get_executor(), SecureOptions(),
                     Always({.body = "metrics", .key_updates = 20}));
  EXPECT_TRUE(Get(decent).ok());
  client_ = nullptr;
  FakeKubelet busy(io_.get_executor(), SecureOptions(),
                   Always({.body = "metrics", .key_updates = 300}));
  EXPECT_EQ(ErrorOf(Get(busy)), "the kubelet sends TLS handshake messages without end");
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
}  // namespace kubegauge::scraper::kubelet_client_testing
