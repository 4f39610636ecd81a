// The client against real HTTP/2 servers: nghttpd, which serves the files of a directory, and
// Node.js, which serves HTTP/1.1 too, as an API server does.

#include <gmock/gmock.h>
#include <spdlog/logger.h>

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "apiservice/certificate_authority.h"
#include "kube/child_process.h"
#include "kube/clock.h"
#include "kube/leader_election.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"
#include "tests/kube/curl_client_fixture.h"
#include "tests/temporary_directory.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class Http2Test : public ::testing::Test {
 protected:
  Http2Test() {
    client_.credentials_.Set({.authority = authority_.pem().certificate});
    const auto pair = *authority_.IssueServing(
        {.common_name = "server", .dns_names = {}, .ip_addresses = {"127.0.0.1"}}, wall_ns_);
    key_ = directory_.Write("key", pair.private_key);
    certificate_ = directory_.Write("certificate", pair.certificate);
    for (int i = 0; i < kFiles; ++i) {
      directory_.Write("files/" + std::to_string(i), "file " + std::to_string(i));
    }
    directory_.Write("files/large", std::string(kLargeBytes, 'x'));
    asio::ip::tcp::acceptor free(client_.io_, {asio::ip::address_v4::loopback(), 0});
    port_ = free.local_endpoint().port();
    free.close();
    StartServer();
    client_.Create(port_);
  }
  ~Http2Test() override { StopServer(); }

  void StartServer() {
    StartServer("nghttpd", {"-a", "127.0.0.1", "-d", (directory_.path() / "files").string(),
                            std::to_string(port_), key_, certificate_});
  }
  void StartServer(std::string program, std::vector<std::string> args) {
    stopper_.emplace();
    serving_ = std::thread([this, program = std::move(program), args = std::move(args)] {
      const char* const path = std::getenv("PATH");
      const auto ended = kube::RunChild(
          {.program = program,
           .args = args,
           .environment = {{"PATH",
                            std::string(path == nullptr ? "/usr/bin:/bin" : path) + ":/usr/sbin"}},
           .timeout = 100s,
           .max_output_bytes = 1 << 20},
          *stopper_);
      EXPECT_TRUE(absl::IsCancelled(ended.status())) << ended.status().ToString();
    });
  }
  void StopServer() {
    stopper_->Stop();
    serving_.join();
  }
  // Whether the server answers before long.
  bool IsUp() {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!client_.Send({.target = "/0"}).ok()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }
  // Established connections to the server, by the kernel's word.
  int Connections() const {
    constexpr int kEstablished = 1;
    std::ifstream table("/proc/net/tcp");
    std::string line;
    int count = 0;
    while (std::getline(table, line)) {
      unsigned index = 0, local_ip = 0, local_port = 0, peer_ip = 0, peer_port = 0, state = 0;
      if (std::sscanf(line.c_str(), " %u: %x:%x %x:%x %x", &index, &local_ip, &local_port, &peer_ip,
                      &peer_port, &state) == 6) {
        count += local_port == port_ && state == kEstablished;
      }
    }
    return count;
  }

  static constexpr int kFiles = 90;
  static constexpr size_t kLargeBytes = 20 << 20;

  const int64_t wall_ns_ = kube::SystemClock().WallNs();
  const apiservice::CertificateAuthority authority_ =
      *apiservice::CertificateAuthority::Create("test authority", wall_ns_);
  const TemporaryDirectory directory_;
  std::string key_;
  std::string certificate_;
  ClientRunner client_;
  uint16_t port_ = 0;
  std::optional<kube::ChildStopper> stopper_;
  std::thread serving_;
};

TEST_F(Http2Test, SendsShareOneConnection) {
  ASSERT_TRUE(IsUp());
  for (int round = 0; round < 5; ++round) {
    std::vector<std::future<absl::StatusOr<kube::ApiResponse>>> answers;
    answers.push_back(client_.Begin(client_.client_->Send({.target = "/large"})));
    for (int i = 0; i < kFiles; ++i) {
      answers.push_back(client_.Begin(client_.client_->Send({.target = "/" + std::to_string(i)})));
    }
    for (int i = 0; i < kFiles; ++i) {
      const auto answer = answers[static_cast<size_t>(i) + 1].get();
      ASSERT_TRUE(answer.ok()) << answer.status().ToString();
      EXPECT_EQ(answer->head.status, 200u);
      EXPECT_EQ(answer->body, "file " + std::to_string(i));
    }
    EXPECT_EQ(answers[0].get()->body.size(), kLargeBytes);
  }
  EXPECT_EQ(Connections(), 1);
}

TEST_F(Http2Test, ARequestThatEndsEarlyLeavesTheConnectionToTheOthers) {
  ASSERT_TRUE(IsUp());
  for (int i = 0; i < 20; ++i) {
    auto large = client_.Begin(client_.client_->Send({.target = "/large", .timeout = 1ms}));
    auto small = client_.Begin(client_.client_->Send({.target = "/1"}));
    large.get().status().IgnoreError();
    const auto answer = small.get();
    ASSERT_TRUE(answer.ok()) << answer.status().ToString();
    EXPECT_EQ(answer->body, "file 1");
  }
  EXPECT_EQ(client_.Send({.target = "/large"})->body.size(), kLargeBytes);
  EXPECT_EQ(Connections(), 1);
}

// Answers with the version of HTTP; at /stream, only begins to.
constexpr const char* kServerOfBoth = R"js(
const [port, key, cert] = process.argv.slice(1);
const read = (path) => require("fs").readFileSync(path);
require("http2")
  .createSecureServer({allowHTTP1: true, key: read(key), cert: read(cert)}, (request, response) => {
    if (request.url === "/stream") return response.write("begun");
    response.end(request.httpVersion);
  })
  .listen(Number(port), "127.0.0.1");
)js";

TEST_F(Http2Test, NoSendWaitsBehindAStream) {
  StopServer();
  StartServer("node", {"-e", kServerOfBoth, std::to_string(port_), key_, certificate_});
  ASSERT_TRUE(IsUp());
  std::mutex mutex;
  std::vector<std::unique_ptr<kube::ApiStream>> streams;
  // As a program begins: lists, whose connections their watches take over, and requests meanwhile.
  const auto list_and_watch = [&, this]() -> asio::awaitable<bool> {
    kube::ApiRequest to_list{.target = "/"};
    auto list = co_await client_.client_->Open(std::move(to_list));
    while (list.ok() && !(co_await (*list)->Read(20s))->empty()) {
    }
    kube::ApiRequest to_watch{.target = "/stream"};
    auto watch = co_await client_.client_->Open(std::move(to_watch));
    if (!watch.ok()) co_return false;
    const auto begun = co_await (*watch)->Read(20s);
    // It goes on until the requests are answered.
    const std::lock_guard lock(mutex);
    streams.push_back(*std::move(watch));
    co_return begun.ok();
  };
  const auto ask = [this]() -> asio::awaitable<std::string> {
    for (int i = 0; i < 5; ++i) {
      kube::ApiRequest request{.target = "/", .timeout = 20s};
      const auto answer = co_await client_.client_->Send(std::move(request));
      if (!answer.ok()) co_return answer.status().ToString();
      if (answer->body != "2.0") co_return answer->body;
    }
    co_return "answered";
  };
  for (int round = 0; round < 5; ++round) {
    client_.Create(port_);
    auto first = client_.Begin(list_and_watch());
    auto second = client_.Begin(list_and_watch());
    auto third = client_.Begin(ask());
    auto fourth = client_.Begin(ask());
    EXPECT_EQ(third.get(), "answered");
    EXPECT_EQ(fourth.get(), "answered");
    EXPECT_TRUE(first.get() && second.get());
    streams.clear();
  }
}

// A connection that was asked for /silence, or for the second time to renew a Lease, is never
// answered again; nobody is at /slow, and only after 20 ms at /later. Other answers are the
// connection's number, at /renewals that of the Leases written on connections that came after a
// silent one.
constexpr const char* kServerThatFallsSilent = R"js(
const [port, key, cert] = process.argv.slice(1);
const read = (path) => require("fs").readFileSync(path);
let sessions = 0, updates = 0, renewals = 0, version = 0, fell_silent = false;
let lease = "";
const server = require("http2").createSecureServer({key: read(key), cert: read(cert)});
server.on("session", (session) => (session.number = ++sessions));
server.on("stream", (stream, headers) => {
  const path = headers[":path"], method = headers[":method"];
  stream.on("error", () => {});
  if (path === "/silence" || (method === "PUT" && ++updates === 2)) {
    fell_silent = stream.session.silent = true;
  }
  if (stream.session.silent || path === "/slow") return;
  if (path === "/renewals") return stream.end(String(renewals));
  const number = String(stream.session.number);
  if (path === "/later") return setTimeout(() => stream.end(number), 20);
  if (!path.includes("/leases")) return stream.end(number);
  if (method === "GET") {
    if (!lease) stream.respond({":status": 404});
    return stream.end(lease);
  }
  let body = "";
  stream.on("data", (part) => (body += part));
  stream.on("end", () => {
    const written = JSON.parse(body);
    written.metadata.resourceVersion = String(++version);
    lease = JSON.stringify(written);
    if (fell_silent) ++renewals;
    stream.end(lease);
  });
});
server.listen(Number(port), "127.0.0.1");
)js";

class SilenceTest : public Http2Test {
 protected:
  SilenceTest() {
    StopServer();
    StartServer("node", {"-e", kServerThatFallsSilent, std::to_string(port_), key_, certificate_});
  }
  std::string Ask(std::string target, std::chrono::milliseconds timeout = 20s) {
    const auto answer = client_.Send({.target = std::move(target), .timeout = timeout});
    return answer.ok() ? answer->body : absl::StatusCodeToString(answer.status().code());
  }
};

TEST_F(SilenceTest, AfterASilentConnectionComesANewOne) {
  ASSERT_TRUE(IsUp());
  const std::string first = Ask("/");
  auto pending = client_.Begin(client_.client_->Send({.target = "/slow", .timeout = 2s}));
  EXPECT_EQ(Ask("/silence", 1s), "DEADLINE_EXCEEDED");
  const std::string second = Ask("/");
  EXPECT_NE(second, first);
  EXPECT_EQ(Ask("/"), second);
  // What was in the silent one ends by itself, and with it the connection.
  EXPECT_TRUE(absl::IsDeadlineExceeded(pending.get().status()));
  EXPECT_EQ(Ask("/"), second);
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (Connections() > 1 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(Connections(), 1);
}

TEST_F(SilenceTest, ASlowRequestAmongAnsweredOnesLeavesTheirConnection) {
  ASSERT_TRUE(IsUp());
  const std::string first = Ask("/");
  auto slow = client_.Begin(client_.client_->Send({.target = "/slow", .timeout = 1s}));
  while (slow.wait_for(0s) != std::future_status::ready) ASSERT_EQ(Ask("/later"), first);
  EXPECT_TRUE(absl::IsDeadlineExceeded(slow.get().status()));
  EXPECT_EQ(Ask("/"), first);
}

TEST_F(SilenceTest, AShortRequestIsNoSilence) {
  ASSERT_TRUE(IsUp());
  const std::string first = Ask("/");
  EXPECT_EQ(Ask("/slow", 20ms), "DEADLINE_EXCEEDED");
  EXPECT_EQ(Ask("/"), first);
}

TEST_F(SilenceTest, EndsWithTheClient) {
  ASSERT_TRUE(IsUp());
  auto pending = client_.Begin(client_.client_->Send({.target = "/slow", .timeout = 60s}));
  EXPECT_EQ(Ask("/silence", 1s), "DEADLINE_EXCEEDED");
  Ask("/");
  client_.client_.reset();
  EXPECT_TRUE(absl::IsCancelled(pending.get().status()));
}

// A request for a Lease may take half of the time in which it has to be renewed.
TEST_F(SilenceTest, LeadershipOutlivesASilentConnection) {
  ASSERT_TRUE(IsUp());
  kube::SystemClock clock;
  kube::TimerSleeper sleeper;
  kube::SystemRandom random;
  spdlog::logger logger("test");
  kube::LeaderElector elector(*client_.client_, clock, sleeper, random, nullptr, logger,
                              {.name = "lease",
                               .identity = "me",
                               .lease_duration = 10s,
                               .renew_deadline = 4s,
                               .retry_period = 50ms});
  client_.Run(elector.Acquire());
  auto held = client_.Begin(elector.Hold());
  const std::unique_ptr<kube::CurlApiClient> holder = std::move(client_.client_);
  client_.Create(port_);
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (Ask("/renewals") < "2" && std::chrono::steady_clock::now() < end) {
    ASSERT_NE(held.wait_for(0s), std::future_status::ready) << held.get().ToString();
  }
  EXPECT_TRUE(elector.IsLeader());
  client_.Run(elector.Release());
  EXPECT_TRUE(absl::IsCancelled(held.get()));
}

TEST_F(Http2Test, ComesBackWithTheServer) {
  ASSERT_TRUE(IsUp());
  StopServer();
  const absl::Status gone = client_.Send({.target = "/1"}).status();
  EXPECT_TRUE(absl::IsUnavailable(gone) || absl::IsAborted(gone)) << gone.ToString();
  StartServer();
  EXPECT_TRUE(IsUp());
  EXPECT_EQ(client_.Send({.target = "/1"})->body, "file 1");
}

}  // namespace
}  // namespace kubegauge::testing
