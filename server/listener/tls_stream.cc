#include "server/listener/tls_stream.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/deferred.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <string_view>

namespace kubegauge::server {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// What earlier calls of the thread left would be taken for an error of the next.
void ForgetErrors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

bool WouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

// Whether the call that failed with `ssl_error` may succeed later.
bool IsRetry(int ssl_error) {
  return ssl_error == SSL_ERROR_WANT_READ || ssl_error == SSL_ERROR_WANT_WRITE;
}

// What OpenSSL's session ticket kept of the client's chain (see tls_context.cc).
void AppendIntermediatesOfTicket(SSL* ssl, std::vector<apiservice::X509Ptr>& chain) {
  void* data = nullptr;
  size_t size = 0;
  SSL_SESSION* session = SSL_get_session(ssl);
  if (session == nullptr || SSL_SESSION_get0_ticket_appdata(session, &data, &size) != 1) return;
  auto* next = static_cast<const unsigned char*>(data);
  const unsigned char* const end = next + size;
  while (next < end) {
    apiservice::X509Ptr certificate(d2i_X509(nullptr, &next, end - next));
    if (certificate == nullptr) return;
    chain.push_back(std::move(certificate));
  }
}

}  // namespace

TlsStream::TlsStream(tcp::socket socket, std::shared_ptr<const TlsContext> context)
    : socket_(std::move(socket)),
      context_(std::move(context)),
      bio_method_(NewBioMethod()),
      ssl_(SSL_new(context_->native())) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  BIO* bio = bio_method_ != nullptr ? BIO_new(bio_method_.get()) : nullptr;
  if (ssl_ == nullptr || bio == nullptr) {
    BIO_free(bio);
    ssl_.reset();
    return;
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
  message_limit_.Begin(ssl_.get());
}

TlsStream::~TlsStream() = default;

TlsStream::MethodPtr TlsStream::NewBioMethod() {
  MethodPtr method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "kubegauge socket"));
  if (method == nullptr) return nullptr;
  BIO_meth_set_read(method.get(), BioRead);
  BIO_meth_set_write(method.get(), BioWrite);
  BIO_meth_set_ctrl(method.get(), BioControl);
  return method;
}

int TlsStream::BioRead(BIO* bio, char* data, int size) {
  auto* stream = static_cast<TlsStream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const ssize_t read = ::recv(stream->socket_.native_handle(), data, static_cast<size_t>(size), 0);
  if (read > 0) {
    const size_t kept = std::min(stream->first_bytes_.size() - stream->first_bytes_seen_,
                                 static_cast<size_t>(read));
    std::copy_n(data, kept, stream->first_bytes_.data() + stream->first_bytes_seen_);
    stream->first_bytes_seen_ += kept;
  } else if (read == 0) {
    stream->socket_ended_ = true;
  } else if (WouldBlock(errno)) {
    BIO_set_retry_read(bio);
  } else {
    stream->socket_error_ = errno;
  }
  return static_cast<int>(read);
}

int TlsStream::BioWrite(BIO* bio, const char* data, int size) {
  auto* stream = static_cast<TlsStream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  // OpenSSL's alert would stand in front of the plain answer.
  if (!stream->usable_ && stream->ClientSpokePlainHttp()) return size;
  const ssize_t written =
      ::send(stream->socket_.native_handle(), data, static_cast<size_t>(size), MSG_NOSIGNAL);
  if (written < 0) {
    if (WouldBlock(errno)) {
      BIO_set_retry_write(bio);
    } else {
      stream->socket_error_ = errno;
    }
  }
  return static_cast<int>(written);
}

long TlsStream::BioControl(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;  // nothing is held back
    case BIO_CTRL_EOF:
      return static_cast<TlsStream*>(BIO_get_data(bio))->socket_ended_ ? 1 : 0;
    default:
      return 0;
  }
}

asio::awaitable<absl::Status> TlsStream::Wait(tcp::socket::wait_type what) {
  try {
    // With use_awaitable, the operation would be one more coroutine.
    co_await socket_.async_wait(what, asio::deferred);
  } catch (const boost::system::system_error& error) {
    co_return error.code() == asio::error::operation_aborted
        ? absl::CancelledError("cancelled")
        : absl::UnavailableError(error.code().message());
  }
  co_return absl::OkStatus();
}

absl::Status TlsStream::Failure() {
  usable_ = false;
  if (socket_error_ != 0) {
    ERR_clear_error();
    return absl::UnavailableError(
        error_code(socket_error_, boost::system::system_category()).message());
  }
  if (socket_ended_) {
    ERR_clear_error();
    return absl::UnavailableError("the client closed the connection without notice");
  }
  if (message_limit_.is_exceeded()) {
    return absl::InvalidArgumentError("TLS: handshake messages without end");
  }
  return apiservice::OpenSslError(absl::StatusCode::kInvalidArgument, "TLS");
}

asio::awaitable<absl::Status> TlsStream::AwaitRetry() {
  return Wait(SSL_want_write(ssl_.get()) ? tcp::socket::wait_write : tcp::socket::wait_read);
}

asio::awaitable<absl::Status> TlsStream::Handshake() {
  if (ssl_ == nullptr) co_return absl::ResourceExhaustedError("no memory for a TLS connection");
  while (true) {
    ForgetErrors();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) break;
    if (!IsRetry(SSL_get_error(ssl_.get(), result))) co_return Failure();
    absl::Status retry = co_await AwaitRetry();
    if (!retry.ok()) co_return retry;
  }
  usable_ = true;
  co_return absl::OkStatus();
}

bool TlsStream::speaks_http2() const {
  const unsigned char* protocol = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &protocol, &size);
  return std::string_view(reinterpret_cast<const char*>(protocol), size) == "h2";
}

bool TlsStream::is_fit_for_http2() const {
  if (SSL_version(ssl_.get()) >= TLS1_3_VERSION) return true;
  const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_.get());
  const int key_exchange = SSL_CIPHER_get_kx_nid(cipher);
  return SSL_CIPHER_is_aead(cipher) == 1 &&
         (key_exchange == NID_kx_ecdhe || key_exchange == NID_kx_dhe);
}

bool TlsStream::ClientSpokePlainHttp() const {
  const std::string_view start(first_bytes_.data(), first_bytes_seen_);
  for (std::string_view method : {"GET /", "HEAD ", "POST ", "PUT /", "OPTIO", "DELET", "PATCH"}) {
    if (start == method) return true;
  }
  return false;
}

std::shared_ptr<const apiservice::ClientCertificate> TlsStream::PeerCertificate() const {
  std::vector<apiservice::X509Ptr> chain;
  chain.emplace_back(SSL_get1_peer_certificate(ssl_.get()));
  if (chain.front() == nullptr) return nullptr;
  STACK_OF(X509)* intermediates = SSL_get_peer_cert_chain(ssl_.get());
  for (int i = 0; i < sk_X509_num(intermediates); ++i) {
    X509* intermediate = sk_X509_value(intermediates, i);
    X509_up_ref(intermediate);
    chain.emplace_back(intermediate);
  }
  if (SSL_session_reused(ssl_.get()) == 1) AppendIntermediatesOfTicket(ssl_.get(), chain);
  return std::make_shared<const apiservice::ClientCertificate>(std::move(chain));
}

asio::awaitable<absl::Status> TlsStream::WaitReadable() { return Wait(tcp::socket::wait_read); }

std::optional<absl::StatusOr<size_t>> TlsStream::ReadAtOnce(asio::mutable_buffer out) {
  size_t read = 0;
  ForgetErrors();
  const int result = SSL_read_ex(ssl_.get(), out.data(), out.size(), &read);
  if (result == 1) return read;
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_ZERO_RETURN && !message_limit_.is_exceeded()) return size_t{0};
  if (IsRetry(error)) return std::nullopt;
  return Failure();
}

asio::awaitable<absl::StatusOr<size_t>> TlsStream::ReadSome(asio::mutable_buffer out) {
  while (true) {
    if (auto read = ReadAtOnce(out)) co_return *std::move(read);
    absl::Status retry = co_await AwaitRetry();
    if (!retry.ok()) co_return retry;
  }
}

asio::awaitable<void> TlsStream::UntilClientGone() {
  while (true) {
    char byte = 0;
    size_t peeked = 0;
    ForgetErrors();
    const int result = SSL_peek_ex(ssl_.get(), &byte, 1, &peeked);
    if (result == 1) break;
    if (SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ) co_return;
    if (!(co_await Wait(tcp::socket::wait_read)).ok()) co_return;
  }
  asio::steady_timer forever(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
  error_code ignored;  // always "cancelled"
  co_await forever.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

absl::Status TlsStream::WriteAtOnce(asio::const_buffer& data) {
  while (data.size() > 0) {
    size_t written = 0;
    ForgetErrors();
    const int result = SSL_write_ex(ssl_.get(), data.data(), data.size(), &written);
    if (result != 1) {
      return IsRetry(SSL_get_error(ssl_.get(), result)) ? absl::OkStatus() : Failure();
    }
    data += written;
  }
  return absl::OkStatus();
}

asio::awaitable<absl::Status> TlsStream::Write(asio::const_buffer data) {
  while (true) {
    absl::Status status = WriteAtOnce(data);
    if (!status.ok() || data.size() == 0) co_return status;
    status = co_await AwaitRetry();
    if (!status.ok()) co_return status;
  }
}

void TlsStream::NotifyClose() {
  if (!usable_) return;
  usable_ = false;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

asio::awaitable<void> TlsStream::Linger(asio::const_buffer farewell) {
  NotifyClose();
  error_code error;
  if (farewell.size() > 0) socket_.send(farewell, 0, error);
  socket_.shutdown(tcp::socket::shutdown_send, error);
  std::array<char, 2048> discarded;
  while (!error) {
    const size_t read = socket_.receive(asio::buffer(discarded), 0, error);
    if (read == 0 && !error) co_return;
    if (error == asio::error::would_block) {
      error.clear();
      if (!(co_await Wait(tcp::socket::wait_read)).ok()) co_return;
    }
  }
}

void TlsStream::Close() {
  NotifyClose();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace kubegauge::server
