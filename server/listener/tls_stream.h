#pragma once

#include <openssl/ssl.h>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "apiservice/client_certificate.h"
#include "kube/tls_message_limit.h"
#include "server/listener/tls_context.h"

namespace kubegauge::server {

// The server's end of one TLS connection. OpenSSL works on the socket directly, without the buffers
// of asio::ssl::stream (68 KiB a connection, and two more copies of every byte): an idle connection
// holds a few KiB.
//
// Errors: kUnavailable when the client is gone (reset, or the end without notice), kCancelled
// when the operation was cancelled, kInvalidArgument when the client broke the protocol. Not
// thread-safe: to be used on the socket's executor, by one reader and one writer at a time.
class TlsStream {
 public:
  TlsStream(boost::asio::ip::tcp::socket socket, std::shared_ptr<const TlsContext> context);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  boost::asio::any_io_executor get_executor() { return socket_.get_executor(); }

  boost::asio::awaitable<absl::Status> Handshake();

  // After the handshake: whether it agreed on HTTP/2, and whether in a way that HTTP/2 allows
  // (RFC 9113, 9.2).
  bool speaks_http2() const;
  bool is_fit_for_http2() const;

  // After a failed handshake: whether the client spoke HTTP without TLS.
  bool ClientSpokePlainHttp() const;

  // What the client presented in the handshake, leaf first; null when nothing.
  std::shared_ptr<const apiservice::ClientCertificate> PeerCertificate() const;

  // Whether some of what the client has sent is held here already.
  bool has_pending() const { return SSL_has_pending(ssl_.get()) == 1; }
  // Waits until the client sends more. Nothing is read, no buffer is held meanwhile.
  boost::asio::awaitable<absl::Status> WaitReadable();

  // Reads at least one byte into `out`, whose memory must stay. 0: the client has ended its side.
  boost::asio::awaitable<absl::StatusOr<size_t>> ReadSome(boost::asio::mutable_buffer out);
  // The same without the cost of a coroutine; no value where it would have to wait.
  std::optional<absl::StatusOr<size_t>> ReadAtOnce(boost::asio::mutable_buffer out);
  // Waits for what the last call, just made, lacked.
  boost::asio::awaitable<absl::Status> AwaitRetry();

  // Waits until the client has ended the connection, or its side of it. What it sends meanwhile
  // stays unread; a client that has sent something is no longer watched, and the wait only ends by
  // cancellation.
  boost::asio::awaitable<void> UntilClientGone();

  // Writes all of `data`, whose memory must stay, in records of 16 KiB and a rest.
  boost::asio::awaitable<absl::Status> Write(boost::asio::const_buffer data);
  // Writes what needs no waiting, and takes that off `data`: what is left is for Write.
  absl::Status WriteAtOnce(boost::asio::const_buffer& data);

  // Ends our side and waits for the client to end its own, so that what it still sends does not
  // reset the connection before it has read the last answer. `farewell` is sent outside of TLS.
  boost::asio::awaitable<void> Linger(boost::asio::const_buffer farewell = {});

  // Tells the client of the end if that needs no waiting, and closes the socket.
  void Close();

 private:
  using SslPtr = std::unique_ptr<SSL, apiservice::OpenSslDeleter<SSL_free>>;
  using MethodPtr = std::unique_ptr<BIO_METHOD, apiservice::OpenSslDeleter<BIO_meth_free>>;

  // OpenSSL's view of the socket.
  static MethodPtr NewBioMethod();
  static int BioRead(BIO* bio, char* data, int size);
  static int BioWrite(BIO* bio, const char* data, int size);
  static long BioControl(BIO* bio, int command, long argument, void* pointer);

  boost::asio::awaitable<absl::Status> Wait(boost::asio::ip::tcp::socket::wait_type what);
  absl::Status Failure();
  void NotifyClose();

  boost::asio::ip::tcp::socket socket_;
  std::shared_ptr<const TlsContext> context_;
  MethodPtr bio_method_;
  kube::TlsMessageLimit message_limit_;
  SslPtr ssl_;
  std::array<char, 5> first_bytes_{};  // of the connection, before TLS
  size_t first_bytes_seen_ = 0;
  int socket_error_ = 0;
  bool socket_ended_ = false;
  bool usable_ = false;  // the handshake is done and nothing has failed since
};

}  // namespace kubegauge::server
