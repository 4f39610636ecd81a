#include "tests/server/listener/https_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <csignal>
#include <limits>

namespace kubegauge::testing {
namespace http = boost::beast::http;

namespace {

constexpr size_t kReadBytes = 64 * 1024;

HttpAnswer ToAnswer(http::response_parser<http::string_body>& parser) {
  HttpAnswer answer;
  answer.status = parser.get().result_int();
  answer.version = parser.get().version();
  for (const auto& field : parser.get()) {
    answer.headers.Add(std::string(field.name_string()), std::string(field.value()));
  }
  answer.body = std::move(parser.get().body());
  return answer;
}

}  // namespace

HttpsClient::HttpsClient(uint16_t port, const ClientOptions& options) : options_(options) {
  std::signal(SIGPIPE, SIG_IGN);
  if (!Connect(port)) {
    Fail("connect");
    return;
  }
  connected_ = true;
  if (!options_.plain && options_.handshake) Handshake();
}

void HttpsClient::Handshake() {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  if (!UseOptions()) return Fail("options");
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_fd(ssl_.get(), socket_);
  if (options_.session != nullptr) SSL_set_session(ssl_.get(), options_.session);
  if (!options_.server_name.empty()) {
    SSL_set_tlsext_host_name(ssl_.get(), options_.server_name.c_str());
  }
  if (SSL_connect(ssl_.get()) != 1) Fail("handshake");
}

HttpsClient::~HttpsClient() {
  // Without a goodbye OpenSSL takes the session for spoilt and would not resume it.
  if (connected_ && ssl_ != nullptr && socket_ >= 0) SSL_shutdown(ssl_.get());
  ssl_.reset();
  if (socket_ >= 0) ::close(socket_);
}

bool HttpsClient::Connect(uint16_t port) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (options_.receive_buffer > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &options_.receive_buffer, sizeof(int));
    // The server's buffer grows with its segments: so it keeps little, too.
    const int segment = 1024;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof(segment));
  }
  const timeval patience{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
}

bool HttpsClient::UseOptions() {
  SSL_CTX* context = context_.get();
  SSL_CTX_set_mode(context, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_read_ahead(context, 1);
  if (options_.min_version < TLS1_2_VERSION) SSL_CTX_set_security_level(context, 0);
  if (SSL_CTX_set_min_proto_version(context, options_.min_version) != 1 ||
      SSL_CTX_set_max_proto_version(context, options_.max_version) != 1) {
    return false;
  }
  if (!options_.protocols.empty()) {
    SSL_CTX_set_alpn_protos(context,
                            reinterpret_cast<const unsigned char*>(options_.protocols.data()),
                            static_cast<unsigned>(options_.protocols.size()));
  }
  if (!options_.authority_pem.empty()) {
    auto authorities = apiservice::ParseCertificates(options_.authority_pem);
    if (!authorities.ok()) return false;
    for (const auto& authority : *authorities) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
  if (!options_.certificate.has_value()) return true;
  auto chain = apiservice::ParseCertificates(options_.certificate->certificate);
  auto key = apiservice::ParsePrivateKey(options_.certificate->private_key);
  if (!chain.ok() || !key.ok()) return false;
  if (SSL_CTX_use_certificate(context, chain->front().get()) != 1) return false;
  for (size_t i = 1; i < chain->size(); ++i) SSL_CTX_add1_chain_cert(context, (*chain)[i].get());
  return SSL_CTX_use_PrivateKey(context, key->get()) == 1;
}

void HttpsClient::Fail(const char* what) {
  connected_ = false;
  error_ = std::string(apiservice::OpenSslError(absl::StatusCode::kUnavailable, what).message());
}

std::string HttpsClient::selected_protocol() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &length);
  return std::string(reinterpret_cast<const char*>(name), length);
}

bool HttpsClient::Send(std::string_view bytes) {
  if (ssl_ == nullptr) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  size_t written = 0;
  ERR_clear_error();
  if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written) == 1) return true;
  Fail("send");
  return false;
}

size_t HttpsClient::Read(char* data, size_t size) {
  if (ssl_ == nullptr) {
    const ssize_t read = ::recv(socket_, data, size, 0);
    return read > 0 ? static_cast<size_t>(read) : 0;
  }
  size_t read = 0;
  ERR_clear_error();
  if (SSL_read_ex(ssl_.get(), data, size, &read) == 1) return read;
  const bool clean_end = SSL_get_error(ssl_.get(), 0) == SSL_ERROR_ZERO_RETURN;
  Fail(clean_end ? "close_notify" : "read");
  return 0;
}

std::optional<HttpAnswer> HttpsClient::Receive(bool to_head) {
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  parser.body_limit(std::numeric_limits<uint64_t>::max());
  parser.skip(to_head);
  while (true) {
    if (!pending_.empty()) {
      boost::system::error_code error;
      const size_t used = parser.put(boost::asio::buffer(pending_), error);
      pending_.erase(0, used);
      if (error && error != http::error::need_more) {
        error_ = error.message();
        return std::nullopt;
      }
    }
    if (parser.is_done()) return ToAnswer(parser);
    const size_t before = pending_.size();
    pending_.resize(before + kReadBytes);
    const size_t read = Read(pending_.data() + before, kReadBytes);
    pending_.resize(before + read);
    if (read > 0) continue;
    boost::system::error_code error;
    if (parser.got_some()) parser.put_eof(error);
    if (!parser.is_done()) return std::nullopt;
    return ToAnswer(parser);
  }
}

std::string HttpsClient::ReadToEnd() {
  std::string all = std::move(pending_);
  pending_.clear();
  while (true) {
    const size_t before = all.size();
    all.resize(before + kReadBytes);
    const size_t read = Read(all.data() + before, kReadBytes);
    all.resize(before + read);
    if (read == 0) return all;
  }
}

std::optional<HttpAnswer> HttpsClient::Ask(std::string_view request) {
  if (!Send(request)) return std::nullopt;
  return Receive(request.starts_with("HEAD "));
}

void HttpsClient::Reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  ::close(socket_);
  socket_ = -1;
}

}  // namespace kubegauge::testing
