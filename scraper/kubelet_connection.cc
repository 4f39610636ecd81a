#include "scraper/kubelet_connection.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "scraper/socket_bio.h"

namespace kubegauge::scraper {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Most answers as a whole. Set when a handshake is done, so that the handshakes of a start, of
// which there are many at once, do not take as much each.
constexpr size_t kReadAheadBytes = 40 * 1024;

// How much of an answer is worth to be read at once, where the last one had so many bytes. They
// differ by some digits. No more than a socket holds for sure before some of it is read.
size_t EnoughOfAnswer(size_t last_bytes) {
  return std::min(last_bytes - last_bytes / 8, kReadAheadBytes - kReadAheadBytes / 4);
}

absl::Status Cancelled() { return absl::CancelledError("the scrape was cancelled"); }

std::string OpenSslText() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return text.data();
}

// Sets whom the certificate has to be for. False for what OpenSSL takes neither for an address nor
// for a name, of which it would check nothing.
bool ExpectHost(SSL* ssl, const std::string& host) {
  X509_VERIFY_PARAM* rules = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(
      rules, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (!not_an_address) return X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1;
  return SSL_set_tlsext_host_name(ssl, host.c_str()) == 1 &&
         X509_VERIFY_PARAM_set1_host(rules, host.data(), host.size()) == 1;
}

}  // namespace

KubeletConnection::KubeletConnection(asio::any_io_executor executor, HostResolver& names,
                                     AnswerTicks& ticks, std::chrono::milliseconds address_patience)
    : socket_(executor), names_(names), ticks_(ticks), address_patience_(address_patience) {}

KubeletConnection::~KubeletConnection() { Close(); }

asio::awaitable<absl::Status> KubeletConnection::Open(const KubeletTarget& target,
                                                      std::shared_ptr<const KubeletTrust> trust) {
  Close();
  cancelled_ = false;
  std::string authority = AuthorityOf(target);
  if (trust_ != trust || authority_ != authority) session_.reset();
  trust_ = std::move(trust);
  authority_ = std::move(authority);
  absl::Status status = co_await Connect(target);
  if (status.ok() && trust_ != nullptr) status = co_await Handshake(target);
  if (!status.ok()) {
    Close();
    co_return cancelled_ ? Cancelled() : status;
  }
  open_ = true;
  co_return absl::OkStatus();
}

asio::awaitable<absl::StatusOr<HostAddresses>> KubeletConnection::FindAddresses(
    const std::string& host) {
  error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  if (!not_an_address) co_return HostAddresses{address};
  lookup_ = names_.Resolve(host);
  while (!lookup_->result() && !cancelled_) co_await lookup_->Wait();
  const std::shared_ptr<HostResolver::Answer> done = std::exchange(lookup_, nullptr);
  if (cancelled_) co_return Cancelled();
  co_return *done->result();
}

asio::awaitable<absl::Status> KubeletConnection::Connect(const KubeletTarget& target) {
  const absl::StatusOr<HostAddresses> addresses = co_await FindAddresses(target.host);
  if (!addresses.ok()) co_return addresses.status();
  error_code error = asio::error::host_not_found;
  for (size_t i = 0; i < addresses->size() && error && !cancelled_; ++i) {
    error = co_await ConnectTo({(*addresses)[i], target.port}, i + 1 == addresses->size());
  }
  if (error || cancelled_) {
    co_return absl::UnavailableError(
        fmt::format("cannot connect to {}: {}", AuthorityOf(target), error.message()));
  }
  socket_.set_option(tcp::no_delay(true), error);
  socket_.non_blocking(true, error);
  co_return absl::OkStatus();
}

// An address that takes no packets would take all of a scrape's time, and that of the next ones.
asio::awaitable<error_code> KubeletConnection::ConnectTo(const tcp::endpoint& endpoint,
                                                         bool is_last) {
  error_code error;
  socket_.close(error);
  asio::steady_timer patience(socket_.get_executor());
  const auto is_connecting = std::make_shared<bool>(true);
  if (!is_last) {
    patience.expires_after(address_patience_);
    patience.async_wait([this, is_connecting](error_code cancelled) {
      error_code ignored;
      if (!cancelled && *is_connecting) socket_.close(ignored);
    });
  }
  co_await socket_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
  *is_connecting = false;
  protocol_ = endpoint.protocol();
  co_return error;
}

absl::Status KubeletConnection::PrepareTls(const KubeletTarget& target) {
  ERR_clear_error();
  ssl_.reset(SSL_new(trust_->native()));
  if (ssl_ == nullptr || !UseSocket(ssl_.get(), trust_->socket_method(), socket_.native_handle())) {
    return absl::ResourceExhaustedError(fmt::format("setting up TLS: {}", OpenSslText()));
  }
  message_limit_.Begin(ssl_.get());
  if (!ExpectHost(ssl_.get(), target.host)) {
    return absl::FailedPreconditionError("no certificate can be for the kubelet's address");
  }
  if (session_ != nullptr) SSL_set_session(ssl_.get(), session_.get());
  return absl::OkStatus();
}

asio::awaitable<absl::Status> KubeletConnection::Handshake(const KubeletTarget& target) {
  absl::Status status = PrepareTls(target);
  while (status.ok()) {
    ERR_clear_error();
    const int result = SSL_connect(ssl_.get());
    if (result == 1) {
      trust_->ForgetCertificate(ssl_.get());
      SSL_set_default_read_buffer_len(ssl_.get(), kReadAheadBytes);
      co_return absl::OkStatus();
    }
    status = co_await AwaitRetry(result);
  }
  session_.reset();
  co_return absl::IsAborted(status) ? HandshakeFailure(status) : status;
}

absl::Status KubeletConnection::HandshakeFailure(const absl::Status& cause) const {
  const long verdict = SSL_get_verify_result(ssl_.get());
  if (verdict != X509_V_OK && !trust_->insecure()) {
    return absl::FailedPreconditionError(
        fmt::format("the kubelet's serving certificate is not to be trusted: {}; see "
                    "--kubelet-certificate-authority and --kubelet-insecure-tls",
                    X509_verify_cert_error_string(verdict)));
  }
  return absl::UnavailableError(fmt::format("the TLS handshake with {} failed: {}", authority_,
                                            std::string(cause.message())));
}

asio::awaitable<absl::Status> KubeletConnection::Wait(tcp::socket::wait_type what) {
  if (cancelled_) co_return Cancelled();
  Watch();
  error_code error;
  co_await socket_.async_wait(what, asio::redirect_error(asio::use_awaitable, error));
  if (cancelled_) co_return Cancelled();
  if (error) co_return absl::AbortedError(error.message());
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> KubeletConnection::AwaitRetryOfPlain(tcp::socket::wait_type what,
                                                                   int error) {
  if (MayRetry(error)) co_return co_await Wait(what);
  co_return absl::AbortedError(error_code(error, boost::system::system_category()).message());
}

asio::awaitable<absl::Status> KubeletConnection::AwaitRetry(int result) {
  if (message_limit_.is_exceeded()) {
    co_return absl::AbortedError("the kubelet sends TLS handshake messages without end");
  }
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      co_return co_await Wait(tcp::socket::wait_read);
    case SSL_ERROR_WANT_WRITE:
      co_return co_await Wait(tcp::socket::wait_write);
    case SSL_ERROR_SYSCALL:
      co_return absl::AbortedError("the kubelet closed the connection");
    default:
      co_return absl::AbortedError(OpenSslText());
  }
}

void KubeletConnection::Watch() {
  if (unwatched_ < 0) return;
  error_code error;
  socket_.assign(protocol_, unwatched_, error);
  if (!error) unwatched_ = -1;
}

void KubeletConnection::Unwatch() {
  error_code error;
  if (unwatched_ < 0) unwatched_ = socket_.release(error);
}

int KubeletConnection::NativeSocket() {
  return unwatched_ >= 0 ? unwatched_ : socket_.native_handle();
}

bool KubeletConnection::IsReadable() {
  char next = 0;
  return ::recv(NativeSocket(), &next, 1, MSG_PEEK) >= 0 || !MayRetry(errno);
}

size_t KubeletConnection::BytesWaiting() {
  int bytes = 0;
  return ::ioctl(NativeSocket(), FIONREAD, &bytes) == 0 ? static_cast<size_t>(bytes) : 0;
}

asio::awaitable<absl::Status> KubeletConnection::Write(std::string_view data) {
  while (!data.empty()) {
    absl::Status status;
    if (ssl_ != nullptr) {
      size_t written = 0;
      ERR_clear_error();
      const int result = SSL_write_ex(ssl_.get(), data.data(), data.size(), &written);
      data.remove_prefix(written);
      if (result != 1) status = co_await AwaitRetry(result);
    } else {
      const ssize_t written = ::send(NativeSocket(), data.data(), data.size(), MSG_NOSIGNAL);
      if (written > 0) data.remove_prefix(static_cast<size_t>(written));
      if (written < 0) status = co_await AwaitRetryOfPlain(tcp::socket::wait_write, errno);
    }
    if (!status.ok()) co_return status;
  }
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> KubeletConnection::WaitReadable() {
  if (ssl_ != nullptr && SSL_has_pending(ssl_.get()) == 1) co_return absl::OkStatus();
  Unwatch();
  const size_t enough = EnoughOfAnswer(std::exchange(answer_bytes_, 0));
  size_t waiting = 0;
  for (int missed = 0;; missed = waiting == 0 ? missed + 1 : 0) {
    co_await ticks_.Next(missed);
    if (cancelled_) co_return Cancelled();
    const size_t waited = std::exchange(waiting, BytesWaiting());
    const bool is_enough = waiting >= enough || waiting == waited;
    if (waiting == 0 ? IsReadable() : is_enough) co_return absl::OkStatus();
  }
}

asio::awaitable<absl::StatusOr<size_t>> KubeletConnection::ReadSome(std::span<char> out) {
  for (;;) {
    absl::Status status;
    if (ssl_ != nullptr) {
      size_t read = 0;
      ERR_clear_error();
      const int result = SSL_read_ex(ssl_.get(), out.data(), out.size(), &read);
      answer_bytes_ += read;
      if (result == 1) co_return read;
      const bool has_ended = SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN;
      if (has_ended && !message_limit_.is_exceeded()) co_return size_t{0};
      status = co_await AwaitRetry(result);
    } else {
      const ssize_t read = ::recv(NativeSocket(), out.data(), out.size(), 0);
      if (read >= 0) {
        answer_bytes_ += static_cast<size_t>(read);
        co_return static_cast<size_t>(read);
      }
      status = co_await AwaitRetryOfPlain(tcp::socket::wait_read, errno);
    }
    if (!status.ok()) co_return status;
  }
}

void KubeletConnection::Cancel() {
  cancelled_ = true;
  if (lookup_ != nullptr) lookup_->Wake();
  error_code ignored;
  if (open_) {
    socket_.cancel(ignored);
  } else {
    socket_.close(ignored);  // else connecting goes on to the next address
  }
}

void KubeletConnection::Close() {
  if (ssl_ != nullptr && open_) {
    session_.reset(SSL_get1_session(ssl_.get()));
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  ssl_.reset();
  open_ = false;
  error_code ignored;
  socket_.close(ignored);
  if (unwatched_ >= 0) ::close(std::exchange(unwatched_, -1));
}

}  // namespace kubegauge::scraper
