#include "tests/kube/raw_tls_server.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <utility>

namespace kubegauge::testing {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

bool RawTlsServer::Connection::Handshake() {
  error_code error;
  stream_.handshake(asio::ssl::stream_base::server, error);
  encrypted_ = !error;
  return encrypted_;
}

size_t RawTlsServer::Connection::Read(char* data, size_t size) {
  error_code error;
  const auto buffer = asio::buffer(data, size);
  return encrypted_ ? stream_.read_some(buffer, error)
                    : stream_.next_layer().read_some(buffer, error);
}

std::optional<std::string> RawTlsServer::Connection::ReadRequest() {
  constexpr std::string_view kLength = "Content-Length: ";
  while (true) {
    const size_t head = unread_.find("\r\n\r\n");
    if (head != std::string::npos) {
      size_t body = 0;
      const size_t length = unread_.find(kLength);
      if (length < head) {
        std::from_chars(unread_.data() + length + kLength.size(), unread_.data() + head, body);
      }
      const size_t whole = head + 4 + body;
      if (unread_.size() >= whole) {
        std::string request = unread_.substr(0, whole);
        unread_.erase(0, whole);
        return request;
      }
    }
    char part[4096];
    const size_t got = Read(part, sizeof part);
    if (got == 0) return std::nullopt;
    unread_.append(part, got);
  }
}

bool RawTlsServer::Connection::Write(std::string_view bytes) {
  error_code error;
  if (encrypted_) {
    asio::write(stream_, asio::buffer(bytes), error);
  } else {
    asio::write(stream_.next_layer(), asio::buffer(bytes), error);
  }
  return !error;
}

void RawTlsServer::Connection::AwaitEnd() {
  char part[4096];
  while (Read(part, sizeof part) > 0) {
  }
}

void RawTlsServer::Connection::Reset() {
  error_code ignored;
  stream_.next_layer().set_option(tcp::socket::linger(true, 0), ignored);
  stream_.next_layer().close(ignored);
}

void RawTlsServer::Connection::Interrupt() {
  error_code ignored;
  stream_.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
}

RawTlsServer::RawTlsServer(const apiservice::KeyPairPem& pair, Script script)
    : acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      script_(std::move(script)) {
  context_.use_certificate_chain(asio::buffer(pair.certificate));
  context_.use_private_key(asio::buffer(pair.private_key), asio::ssl::context::pem);
  SSL_CTX_set_alpn_select_cb(context_.native_handle(), &RawTlsServer::SelectProtocol, this);
  accepting_ = std::thread([this] { Accept(); });
}

RawTlsServer::~RawTlsServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Connection& connection : connections_) connection.Interrupt();
  }
  // Wakes the thread that accepts.
  tcp::socket last(io_);
  error_code ignored;
  last.connect(acceptor_.local_endpoint(), ignored);
  accepting_.join();
  for (std::thread& thread : threads_) thread.join();
}

void RawTlsServer::Accept() {
  while (true) {
    tcp::socket socket(io_);
    error_code error;
    acceptor_.accept(socket, error);
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (error) continue;
    Connection& connection = connections_.emplace_back(std::move(socket), context_);
    threads_.emplace_back([this, &connection] {
      script_(connection);
      const std::lock_guard ended(mutex_);
      connection.Interrupt();
    });
  }
}

std::vector<std::string> RawTlsServer::offered_protocols() {
  const std::lock_guard lock(mutex_);
  return offered_;
}

size_t RawTlsServer::connections() {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

int RawTlsServer::SelectProtocol(SSL*, const unsigned char** out, unsigned char* out_size,
                                 const unsigned char* in, unsigned in_size, void* server) {
  std::string offered;
  int result = SSL_TLSEXT_ERR_NOACK;
  for (unsigned at = 0; at < in_size; at += 1u + in[at]) {
    const std::string_view name(reinterpret_cast<const char*>(in + at + 1), in[at]);
    if (!offered.empty()) offered += ',';
    offered += name;
    if (name != "http/1.1") continue;
    *out = in + at + 1;
    *out_size = in[at];
    result = SSL_TLSEXT_ERR_OK;
  }
  auto* const self = static_cast<RawTlsServer*>(server);
  const std::lock_guard lock(self->mutex_);
  self->offered_.push_back(std::move(offered));
  return result;
}

}  // namespace kubegauge::testing
