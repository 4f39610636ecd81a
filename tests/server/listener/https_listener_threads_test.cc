// How the listener shares its threads among connections.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <thread>

#include "server/listener/https_listener.h"
#include "tests/server/listener/http2_client.h"
#include "tests/server/listener/listener_fixture.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using apiservice::Request;
using apiservice::Response;

using HttpsListenerThreads = ListenerFixture;

std::string ThisThread() { return fmt::format("{}", gettid()); }

TEST_F(HttpsListenerThreads, GiveANewConnectionToTheThreadThatHasTheFewest) {
  service_.answer = [](Request) -> asio::awaitable<Response> {
    co_return TextResponse(ThisThread());
  };
  Start();
  std::multimap<std::string, std::unique_ptr<HttpsClient>> of_thread;
  const auto connect = [&] {
    auto client = std::make_unique<HttpsClient>(port(), ClientOptions());
    const std::string thread = client->Ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")->body;
    of_thread.emplace(thread, std::move(client));
    return thread;
  };
  const std::string one = connect();
  const std::string other = connect();
  EXPECT_NE(one, other);
  connect();
  connect();
  EXPECT_EQ(of_thread.count(one), 2u);
  EXPECT_EQ(of_thread.count(other), 2u);

  of_thread.erase(other);
  ASSERT_TRUE(Eventually([&] { return listener_->connections() == 2; }));
  EXPECT_EQ(connect(), other);
  EXPECT_EQ(connect(), other);
}

TEST_F(HttpsListenerThreads, AnswerOthersWhileABodyIsBeingMade) {
  // Never waits for its reader, as nothing is sent.
  class Endless final : public apiservice::BodyStream {
   public:
    explicit Endless(std::atomic<bool>& enough) : enough_(enough) {}
    bool Next(std::string& out) override {
      if (enough_) out.append("at last");
      return !enough_;
    }

   private:
    std::atomic<bool>& enough_;
  };
  std::atomic<bool> enough{false};
  service_.answer = [&enough](Request request) -> asio::awaitable<Response> {
    Response response = TextResponse("");
    if (request.path == "/large") {
      response.stream = std::make_unique<Endless>(enough);
    } else {
      response.body = ThisThread();
    }
    co_return response;
  };
  Start();
  HttpsClient large = Connect();
  const std::string thread = large.Ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")->body;
  HttpsClient elsewhere = Connect();
  HttpsClient beside = Connect();
  ASSERT_TRUE(large.Send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n"));
  const auto answer = beside.Ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  enough = true;
  ASSERT_TRUE(answer.has_value()) << beside.error();
  EXPECT_EQ(answer->body, thread);
  EXPECT_EQ(large.Receive()->body, "at last");
}

// What threads share: the memory for requests, the certificates, what is counted and logged.
TEST_F(HttpsListenerThreads, ServeClientsOfBothVersionsWhileCertificatesChange) {
  constexpr int kClients = 3;
  constexpr int kRounds = 3;
  constexpr int kStreams = 4;
  Start();
  const std::string body(2 * server::kFreeRequestBytes, 'x');
  std::atomic<int> answered{0};
  std::atomic<int> gone{0};
  const auto be_client = [&] {
    for (int round = 0; round < kRounds; ++round) {
      HttpsClient client(port(), {});
      const std::string head = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: ";
      const auto answer = client.Ask(fmt::format("{}{}\r\n\r\n{}", head, body.size(), body));
      if (answer.has_value() && answer->body == "PUT / " + body) ++answered;
      Http2Client http2(port(), {});
      std::vector<int32_t> streams;
      for (int i = 0; i < kStreams; ++i) streams.push_back(http2.peer().Ask("/", "PUT", {}, body));
      for (int32_t stream : streams) {
        if (http2.Await(stream).body == "PUT / " + body) ++answered;
      }
    }
    ++gone;
  };
  const auto contexts = {NewContext(NewMaterial("localhost")),
                         NewContext(NewMaterial("localhost"))};
  std::vector<std::jthread> clients;
  for (int i = 0; i < kClients; ++i) clients.emplace_back(be_client);
  while (gone < kClients) {
    for (const auto& context : contexts) tls_.Set(context);
    std::this_thread::yield();
  }
  EXPECT_TRUE(Eventually([&] { return listener_->connections() == 0; }));
  EXPECT_EQ(answered, kClients * kRounds * (1 + kStreams));
}

}  // namespace
}  // namespace kubegauge::testing
