#pragma once

#include <openssl/ssl.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kube/tls_message_limit.h"
#include "scraper/answer_ticks.h"
#include "scraper/host_resolver.h"
#include "scraper/kubelet_target.h"
#include "scraper/kubelet_trust.h"

namespace kubegauge::scraper {

// A connection to a kubelet that is kept for the next scrape, over TLS or, without trust, plain. An
// idle one holds no buffers: there are thousands. A new connection to the same kubelet resumes the
// TLS session of the last one. Not thread-safe: one operation at a time, on the executor's thread.
// Keeps references.
//
// Errors: kUnavailable when no connection came about, kFailedPrecondition when the kubelet's
// certificate cannot be trusted, kAborted when the kubelet ended the connection, kCancelled after
// Cancel.
class KubeletConnection {
 public:
  // Where a name has several addresses, each but the last is given up after `address_patience`.
  KubeletConnection(boost::asio::any_io_executor executor, HostResolver& names, AnswerTicks& ticks,
                    std::chrono::milliseconds address_patience);
  ~KubeletConnection();
  KubeletConnection(const KubeletConnection&) = delete;
  KubeletConnection& operator=(const KubeletConnection&) = delete;

  // Whether it can be used for another request.
  bool IsOpen() const { return open_ && !cancelled_; }
  // `trust` may be null: no TLS.
  boost::asio::awaitable<absl::Status> Open(const KubeletTarget& target,
                                            std::shared_ptr<const KubeletTrust> trust);
  boost::asio::awaitable<absl::Status> Write(std::string_view data);
  // Waits until the kubelet has sent an answer, most likely as a whole, or has ended the
  // connection, which is looked at tick by tick. Holds no buffer.
  boost::asio::awaitable<absl::Status> WaitReadable();
  // At least one byte into `out`; 0 when the kubelet has ended the connection in order.
  boost::asio::awaitable<absl::StatusOr<size_t>> ReadSome(std::span<char> out);

  // Ends the operation that is under way, if there is one, at the next tick. The connection is then
  // to be closed.
  void Cancel();
  void Close();

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };

  boost::asio::awaitable<absl::Status> Connect(const KubeletTarget& target);
  boost::asio::awaitable<boost::system::error_code> ConnectTo(
      const boost::asio::ip::tcp::endpoint& endpoint, bool is_last);
  boost::asio::awaitable<absl::StatusOr<HostAddresses>> FindAddresses(const std::string& host);
  boost::asio::awaitable<absl::Status> Handshake(const KubeletTarget& target);
  absl::Status PrepareTls(const KubeletTarget& target);
  // Waits for what made an SSL call fail, or says why it cannot succeed.
  boost::asio::awaitable<absl::Status> AwaitRetry(int result);
  // The same of a connection without TLS, where a call has set errno to `error`.
  boost::asio::awaitable<absl::Status> AwaitRetryOfPlain(
      boost::asio::ip::tcp::socket::wait_type what, int error);
  boost::asio::awaitable<absl::Status> Wait(boost::asio::ip::tcp::socket::wait_type what);
  absl::Status HandshakeFailure(const absl::Status& cause) const;

  // The executor is woken by whatever comes for a socket that it watches. Between a request and its
  // answer that is of no use.
  void Watch();
  void Unwatch();
  int NativeSocket();
  // Whether a read would not have to wait.
  bool IsReadable();
  // How many bytes it would find.
  size_t BytesWaiting();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::ip::tcp protocol_ = boost::asio::ip::tcp::v4();
  int unwatched_ = -1;  // the socket, while socket_ has none
  HostResolver& names_;
  AnswerTicks& ticks_;
  const std::chrono::milliseconds address_patience_;
  std::shared_ptr<HostResolver::Answer> lookup_;  // the one that is under way
  std::shared_ptr<const KubeletTrust> trust_;
  std::string authority_;  // whom session_ is of
  kube::TlsMessageLimit message_limit_;
  std::unique_ptr<SSL, Free> ssl_;
  std::unique_ptr<SSL_SESSION, Free> session_;
  size_t answer_bytes_ = 0;  // read since WaitReadable
  bool open_ = false;
  bool cancelled_ = false;
};

}  // namespace kubegauge::scraper
