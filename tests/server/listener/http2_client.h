#pragma once

#include <functional>
#include <string>

#include "tests/server/listener/http2_peer.h"
#include "tests/server/listener/https_client.h"

namespace kubegauge::testing {

// A blocking HTTP/2 client for tests. Every wait ends after 20 seconds at the latest.
class Http2Client {
 public:
  Http2Client(uint16_t port, ClientOptions options, uint32_t window = 1 << 20, bool reads = true)
      : tls_(port, WithProtocol(std::move(options))), peer_(window, reads) {}

  HttpsClient& tls() { return tls_; }
  Http2Peer& peer() { return peer_; }

  // Sends what there is to be sent.
  bool Flush() {
    const std::string output = peer_.TakeOutput();
    return output.empty() || tls_.Send(output);
  }
  // Exchanges until `condition` holds; false: the connection has ended before.
  bool Until(const std::function<bool()>& condition) {
    while (!condition() && !has_ended_) {
      char bytes[16 * 1024];
      const size_t read = Flush() ? tls_.Read(bytes, sizeof(bytes)) : 0;
      has_ended_ = read == 0 || !peer_.Receive({bytes, read});
    }
    Flush();
    return condition();
  }
  // The whole answer, or as much of it as came before the end of its stream or the connection.
  const Http2Answer& Await(int32_t stream) {
    Until([&] { return peer_.answer(stream).is_closed; });
    return peer_.answer(stream);
  }
  const Http2Answer& Ask(std::string_view path) { return Await(peer_.Ask(path)); }
  // Whether the server ends the connection.
  bool AwaitEnd() {
    Until([this] { return has_ended_; });
    return has_ended_;
  }

 private:
  static ClientOptions WithProtocol(ClientOptions options) {
    if (options.protocols.empty()) options.protocols = "\x02h2";
    return options;
  }

  HttpsClient tls_;
  Http2Peer peer_;
  bool has_ended_ = false;
};

}  // namespace kubegauge::testing
