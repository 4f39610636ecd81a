#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/listener/http2_session.h"
#include "tests/server/listener/http2_peer.h"

namespace kubegauge::testing {

// A session and its client, with nothing between them.
class Http2SessionFixture : public ::testing::Test {
 protected:
  static int64_t Seconds(int64_t seconds) { return seconds * 1'000'000'000; }

  // Made at the first use, when limits_ and window_ are as the test wants them.
  Http2Peer& peer() {
    if (!peer_) peer_.emplace(window_, reads_);
    return *peer_;
  }
  server::Http2Session& session() {
    if (!session_) {
      budget_.emplace(limits_.request_memory_bytes);
      session_.emplace(limits_, *budget_, now_ns_);
    }
    return *session_;
  }

  // Until neither has anything to say.
  void Exchange() {
    while (true) {
      const std::string to_server = peer().TakeOutput();
      if (!to_server.empty()) ReceiveRaw(to_server);
      const std::string to_peer = Sent();
      if (to_server.empty() && to_peer.empty()) return;
      EXPECT_TRUE(peer().Receive(to_peer));
    }
  }
  // What the session sends in one go.
  std::string Sent() {
    std::string out;
    session().Send(now_ns_, out);
    return out;
  }
  bool ReceiveRaw(std::string_view bytes) {
    return is_fine_ = session().Receive(bytes, now_ns_) && is_fine_;
  }

  // The one that has come; null: none has.
  server::Http2Stream* TakeRequest() {
    Exchange();
    const std::vector<server::Http2Stream*> requests = session().TakeRequests();
    EXPECT_LE(requests.size(), 1u);
    return requests.empty() ? nullptr : requests.front();
  }
  // The whole answer.
  void Respond(server::Http2Stream& stream, apiservice::Response response) {
    session().Respond(stream, std::move(response), "now", now_ns_);
    session().Release(stream);
  }

  server::ListenerLimits limits_;
  uint32_t window_ = 1 << 20;
  bool reads_ = true;
  bool is_fine_ = true;
  int64_t now_ns_ = 1'000'000'000'000;

 private:
  std::optional<Http2Peer> peer_;
  std::optional<apiservice::ByteBudget> budget_;
  std::optional<server::Http2Session> session_;
};

}  // namespace kubegauge::testing
