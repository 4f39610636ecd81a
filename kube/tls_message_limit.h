#pragma once

#include <openssl/ssl.h>

#include <cstddef>

namespace kubegauge::kube {

// Ends a TLS connection whose peer goes on sending handshake messages, as new keys, and no data.
// OpenSSL works through all that the socket has within one call: a peer that sends them without end
// has the thread for itself, and neither a deadline nor another connection gets a turn. (Go's TLS
// ends such a connection after 16 of them.) Not thread-safe.
class TlsMessageLimit {
 public:
  // Counts what `ssl` receives from now on, its handshake included. To OpenSSL the peer has ended
  // the connection once that is too much. This must outlive the use of `ssl`.
  void Begin(SSL* ssl) {
    messages_ = 0;
    SSL_set_msg_callback(ssl, OnMessage);
    SSL_set_msg_callback_arg(ssl, this);
  }
  bool is_exceeded() const { return messages_ > kMostMessages; }

 private:
  // A handshake has about ten, then come one or two session tickets. New keys are due each 2^24
  // records or more.
  static constexpr size_t kMostMessages = 64;

  static void OnMessage(int is_sent, int /*version*/, int content_type, const void* /*message*/,
                        size_t /*size*/, SSL* ssl, void* limit) {
    if (is_sent != 0 || content_type != SSL3_RT_HANDSHAKE) return;
    auto* self = static_cast<TlsMessageLimit*>(limit);
    ++self->messages_;
    if (self->is_exceeded()) SSL_set_shutdown(ssl, SSL_get_shutdown(ssl) | SSL_RECEIVED_SHUTDOWN);
  }

  size_t messages_ = 0;
};

}  // namespace kubegauge::kube
