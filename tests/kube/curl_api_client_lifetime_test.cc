// How requests, streams and the client itself end.

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>

#include "kube/curl_api_client.h"
#include "tests/kube/curl_api_client_fixture.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using apiservice::Request;
using apiservice::Response;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

class CurlApiClientLifetimeTest : public CurlApiClientTest {};

TEST_F(CurlApiClientLifetimeTest, EndsTheExchangeOfAStreamThatIsDestroyed) {
  service_.answer = [this](Request) -> asio::awaitable<Response> {
    Response response = TextResponse("");
    response.stream = std::make_unique<CountedStream>(size_t{1} << 40, counts_);
    co_return response;
  };
  StartBoth();
  {
    auto stream = client_.Open({.target = "/"});
    ASSERT_TRUE(stream.ok());
    EXPECT_FALSE(client_.Run((*stream)->Read(20s))->empty());
  }
  EXPECT_TRUE(Eventually([&] { return counts_.destroyed.load(); }));
}

TEST_F(CurlApiClientLifetimeTest, EndsWhenItsTimeIsUpOrItIsCancelled) {
  service_.answer = [this](Request) -> asio::awaitable<Response> {
    co_await hold_.Wait();
    co_return TextResponse("late");
  };
  StartBoth();
  const absl::Status late = client_.Send({.target = "/", .timeout = 300ms}).status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(late)) << late.ToString();
  EXPECT_THAT(late.ToString(), HasSubstr("no response in time"));
  EXPECT_TRUE(absl::IsDeadlineExceeded(client_.Open({.target = "/", .timeout = 300ms}).status()));

  auto strand = asio::make_strand(client_.io_);
  asio::cancellation_signal signal;
  std::promise<absl::Status> ended;
  const int waiting = hold_.waiting();
  asio::co_spawn(strand, client_.client_->Send({.target = "/"}),
                 asio::bind_cancellation_slot(
                     signal.slot(), [&](std::exception_ptr, absl::StatusOr<kube::ApiResponse> got) {
                       ended.set_value(got.status());
                     }));
  EXPECT_TRUE(Eventually([&] { return hold_.waiting() > waiting; }));
  asio::post(strand, [&] { signal.emit(asio::cancellation_type::terminal); });
  const absl::Status cancelled = ended.get_future().get();
  EXPECT_TRUE(absl::IsCancelled(cancelled)) << cancelled.ToString();
}

TEST_F(CurlApiClientLifetimeTest, MayBeDestroyedAmidRequestsAndBeforeItsStreams) {
  service_.answer = [this](Request request) -> asio::awaitable<Response> {
    Response response = TextResponse("");
    if (request.path == "/watch") {
      response.stream = std::make_unique<CountedStream>(size_t{1} << 40, counts_);
    } else {
      co_await hold_.Wait();
    }
    co_return response;
  };
  StartBoth();
  auto stream = client_.Open({.target = "/watch"});
  ASSERT_TRUE(stream.ok());
  auto waiting = client_.Begin(client_.client_->Send({.target = "/"}));
  EXPECT_TRUE(Eventually([&] { return hold_.waiting() == 1; }));
  client_.client_.reset();
  EXPECT_TRUE(absl::IsCancelled(waiting.get().status()));
  absl::StatusOr<std::string> part;
  do {
    part = client_.Run((*stream)->Read(20s));
  } while (part.ok());
  EXPECT_TRUE(absl::IsCancelled(part.status())) << part.status().ToString();
}

TEST_F(CurlApiClientLifetimeTest, MayGoWithAContextThatNoLongerRuns) {
  service_.answer = [this](Request) -> asio::awaitable<Response> {
    co_await hold_.Wait();
    co_return TextResponse("");
  };
  Start();
  client_.config_.server = {.is_https = true, .host = "127.0.0.1", .port = std::to_string(port())};
  auto io = std::make_unique<asio::io_context>();
  auto client = *kube::CurlApiClient::Create(io->get_executor(), client_.config_, credentials(),
                                             client_.options_);
  auto never = asio::co_spawn(*io, client->Send({.target = "/"}), asio::use_future);
  while (hold_.waiting() == 0) io->run_one_for(1ms);
  client.reset();
  io.reset();
}

}  // namespace
}  // namespace kubegauge::testing
