#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/server/listener/http2_client.h"
#include "tests/server/listener/listener_fixture.h"
#include "tests/server/listener/scripted_events.h"

namespace kubegauge::testing {

// A listener whose clients speak HTTP/2, and answers of each kind.
class Http2ListenerFixture : public ListenerFixture {
 protected:
  Http2ListenerFixture() {
    service_.answer = [this](apiservice::Request request) { return Answer(std::move(request)); };
  }

  virtual boost::asio::awaitable<apiservice::Response> Answer(apiservice::Request request) {
    if (request.path == "/held") co_await hold_.Wait();
    if (request.path == "/throws") throw std::runtime_error("out of luck");
    apiservice::Response response = TextResponse(request.method + " " + request.path + " " +
                                                 std::to_string(request.body.size()));
    if (request.path == "/large") {
      response = TextResponse("");
      response.stream = std::make_unique<CountedStream>(kLargeBytes, counts_);
    }
    if (request.path == "/events") {
      response = TextResponse("");
      response.events = std::make_unique<ScriptedEvents>(script_);
    }
    if (request.path == "/last") response.headers.emplace_back("Connection", "close");
    co_return response;
  }

  Http2Client ConnectHttp2(uint32_t window = 1 << 20, bool reads = true,
                           ClientOptions options = {}) {
    return Http2Client(port(), std::move(options), window, reads);
  }

  // Begins to drain and waits until no connection is accepted any more.
  std::future<void> BeginDrain(std::chrono::milliseconds grace) {
    std::future<void> drain = Drain(grace);
    EXPECT_TRUE(Eventually([&] { return !Connect({.handshake = false}).connected(); }));
    return drain;
  }

  // Asks for what the service keeps, and waits until it has it.
  int32_t AskHeld(Http2Client& client) {
    const int before = hold_.waiting();
    const int32_t id = client.peer().Ask("/held");
    EXPECT_TRUE(client.Flush());
    EXPECT_TRUE(Eventually([&] { return hold_.waiting() > before; }));
    return id;
  }

  static constexpr size_t kLargeBytes = 20'000'000;

  Hold hold_;
  CountedStream::Counts counts_;
  Script script_;
};

}  // namespace kubegauge::testing
