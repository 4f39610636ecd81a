#include "tests/fakes/fake_kubelet.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <string_view>
#include <utility>

namespace kubegauge::testing {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;
using Then = FakeKubeletReply::Then;
using Framing = FakeKubeletReply::Framing;

namespace {

std::string FieldOf(std::string_view text, std::string_view name) {
  const std::string line = fmt::format("\r\n{}: ", name);
  const size_t begin = text.find(line);
  if (begin == std::string_view::npos) return "";
  text.remove_prefix(begin + line.size());
  return std::string(text.substr(0, text.find("\r\n")));
}

FakeKubeletRequest ParseRequest(std::string text) {
  const size_t begin = text.find(' ') + 1;
  return {.path = text.substr(begin, text.find(' ', begin) - begin),
          .host = FieldOf(text, "Host"),
          .authorization = FieldOf(text, "Authorization"),
          .text = std::move(text)};
}

std::string ChunkOf(std::string_view data) {
  if (data.empty()) return "";  // such a chunk ends a body
  return fmt::format("{:x}\r\n{}\r\n", data.size(), data);
}

std::string TextOf(const FakeKubeletReply& reply) {
  if (!reply.raw.empty()) return reply.raw;
  const std::string head = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: text/plain\r\n{}",
                                       reply.status, reply.reason, reply.header_lines);
  if (reply.endless) return head + "Transfer-Encoding: chunked\r\n\r\n" + ChunkOf(reply.body);
  switch (reply.framing) {
    case Framing::kChunked: {
      const std::string_view body = reply.body;
      const size_t half = body.size() / 2;
      return head + "Transfer-Encoding: chunked\r\n\r\n" + ChunkOf(body.substr(0, half)) +
             ChunkOf(body.substr(half)) + "0\r\n\r\n";
    }
    case Framing::kUntilClose:
      return head + "Connection: close\r\n\r\n" + reply.body;
    default:
      return head + fmt::format("Content-Length: {}\r\n\r\n{}", reply.body.size(), reply.body);
  }
}

std::string CommonNameOf(SSL* ssl) {
  X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) return "";
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(),
                            name.size());
  return name.data();
}

}  // namespace

// Shared by the coroutines of its connections.
class FakeKubelet::Server : public std::enable_shared_from_this<Server> {
 public:
  Server(asio::any_io_executor executor, Options options, Answer answer)
      : executor_(executor),
        options_(std::move(options)),
        answer_(std::move(answer)),
        acceptor_(executor, tcp::endpoint(asio::ip::make_address(options_.address), 0)) {
    if (options_.certificate.certificate.empty()) return;
    context_.emplace(asio::ssl::context::tls_server);
    context_->use_certificate_chain(asio::buffer(options_.certificate.certificate));
    context_->use_private_key(asio::buffer(options_.certificate.private_key),
                              asio::ssl::context::pem);
    if (options_.client_authority.empty()) return;
    context_->add_certificate_authority(asio::buffer(options_.client_authority));
    context_->set_verify_mode(asio::ssl::verify_peer);
    SSL_CTX_set_session_id_context(context_->native_handle(),
                                   reinterpret_cast<const unsigned char*>("kubelet"), 7);
  }

  const Options& options() const { return options_; }
  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  Record& record() { return record_; }

  void Start() { asio::co_spawn(executor_, Accept(shared_from_this()), asio::detached); }
  void Stop() {
    error_code ignored;
    acceptor_.close(ignored);
    CloseConnections();
  }
  void CloseConnections() {
    error_code ignored;
    for (tcp::socket* socket : sockets_) socket->close(ignored);
  }

 private:
  // Notes a socket while it is open.
  class OpenSocket {
   public:
    OpenSocket(Server& server, tcp::socket& socket) : server_(server), socket_(socket) {
      server_.sockets_.insert(&socket_);
      ++server_.record_.connections;
      ++server_.record_.open_connections;
    }
    ~OpenSocket() {
      server_.sockets_.erase(&socket_);
      --server_.record_.open_connections;
    }

   private:
    Server& server_;
    tcp::socket& socket_;
  };

  static awaitable<void> Accept(std::shared_ptr<Server> self) {
    for (;;) {
      error_code error;
      tcp::socket socket =
          co_await self->acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
      socket.set_option(tcp::no_delay(true), error);
      asio::co_spawn(self->executor_, Serve(self, std::move(socket)), asio::detached);
    }
  }

  static awaitable<void> Serve(std::shared_ptr<Server> self, tcp::socket socket) {
    if (self->options_.handshake != Handshake::kDone) {
      co_await self->Misbehave(socket);
    } else if (!self->context_) {
      const OpenSocket open(*self, socket);
      co_await self->Talk(socket, socket);
    } else {
      TlsStream stream(std::move(socket), *self->context_);
      const OpenSocket open(*self, stream.next_layer());
      if (co_await self->ShakeHands(stream)) co_await self->Talk(stream, stream.next_layer());
    }
  }

  awaitable<void> Misbehave(tcp::socket& socket) {
    const OpenSocket open(*this, socket);
    error_code ignored;
    auto token = asio::redirect_error(asio::use_awaitable, ignored);
    if (options_.handshake == Handshake::kAnsweredByNonsense) {
      co_await asio::async_write(socket, asio::buffer(std::string_view("220 smtp ready\r\n")),
                                 token);
    }
    co_await AwaitEnd(socket);
  }

  awaitable<bool> ShakeHands(TlsStream& stream) {
    error_code error;
    co_await stream.async_handshake(asio::ssl::stream_base::server,
                                    asio::redirect_error(asio::use_awaitable, error));
    SSL* ssl = stream.native_handle();
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    record_.server_names.emplace_back(name == nullptr ? "" : name);
    if (error) {
      record_.handshake_errors.push_back(error.message());
      co_return false;
    }
    if (SSL_session_reused(ssl) == 1) ++record_.resumed_sessions;
    record_.client_names.push_back(CommonNameOf(ssl));
    co_return true;
  }

  template <class Stream>
  awaitable<void> Talk(Stream& stream, tcp::socket& socket) {
    std::string input;
    for (;;) {
      error_code error;
      const size_t size =
          co_await asio::async_read_until(stream, asio::dynamic_buffer(input), "\r\n\r\n",
                                          asio::redirect_error(asio::use_awaitable, error));
      if (error) break;
      record_.requests.push_back(ParseRequest(input.substr(0, size)));
      input.erase(0, size);
      const FakeKubeletReply reply = answer_(record_.requests.back());
      if (!co_await Write(stream, reply)) break;
      if (reply.then == Then::kSaysNothingMore) co_await AwaitEnd(stream);
      if (reply.then == Then::kReset) socket.set_option(tcp::socket::linger(true, 0), error);
      if (reply.then == Then::kReset) co_return;
      if (reply.then == Then::kClose || reply.framing == Framing::kUntilClose) break;
    }
    co_await ShutDown(stream);
  }

  template <class Stream>
  awaitable<bool> Write(Stream& stream, const FakeKubeletReply& reply) {
    const std::string text = TextOf(reply);
    error_code error;
    RenewKeys(stream, reply.key_updates);
    auto token = asio::redirect_error(asio::use_awaitable, error);
    if (reply.byte_interval.count() == 0) {
      if (!text.empty()) co_await asio::async_write(stream, asio::buffer(text), token);
    } else {
      asio::steady_timer timer(executor_);
      for (size_t i = 0; i < text.size() && !error; ++i) {
        co_await asio::async_write(stream, asio::buffer(&text[i], 1), token);
        timer.expires_after(reply.byte_interval);
        if (!error) co_await timer.async_wait(token);
      }
    }
    const std::string chunk = ChunkOf(reply.body);
    while (reply.endless && !error) {
      co_await asio::async_write(stream, asio::buffer(chunk), token);
    }
    co_return !error;
  }

  template <class Stream>
  awaitable<void> AwaitEnd(Stream& stream) {
    std::array<char, 4096> ignored;
    error_code error;
    while (!error) {
      co_await stream.async_read_some(asio::buffer(ignored),
                                      asio::redirect_error(asio::use_awaitable, error));
    }
  }

  // All in one piece behind the other, as who wants to keep the client busy would send them. They
  // go out with the answer.
  static void RenewKeys(tcp::socket&, int) {}
  static void RenewKeys(TlsStream& stream, int times) {
    for (int i = 0; i < times; ++i) {
      SSL_key_update(stream.native_handle(), SSL_KEY_UPDATE_NOT_REQUESTED);
      SSL_do_handshake(stream.native_handle());
    }
  }

  static awaitable<void> ShutDown(tcp::socket&) { co_return; }
  static awaitable<void> ShutDown(TlsStream& stream) {
    error_code ignored;
    co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
  }

  const asio::any_io_executor executor_;
  const Options options_;
  const Answer answer_;
  std::optional<asio::ssl::context> context_;
  tcp::acceptor acceptor_;
  std::set<tcp::socket*> sockets_;
  Record record_;
};

FakeKubelet::FakeKubelet(asio::any_io_executor executor, Options options, Answer answer)
    : server_(std::make_shared<Server>(executor, std::move(options), std::move(answer))) {
  server_->Start();
}

FakeKubelet::~FakeKubelet() { server_->Stop(); }

const std::string& FakeKubelet::address() const { return server_->options().address; }
uint16_t FakeKubelet::port() const { return server_->port(); }
void FakeKubelet::CloseConnections() { server_->CloseConnections(); }
const FakeKubelet::Record& FakeKubelet::record() const { return server_->record(); }

apiservice::KeyPairPem KubeletCertificate(const apiservice::CertificateAuthority& authority,
                                          const std::vector<std::string>& names, int64_t now_ns) {
  apiservice::ServingIdentity identity{.common_name = "system:node:fake"};
  for (const std::string& name : names) {
    error_code not_an_address;
    asio::ip::make_address(name, not_an_address);
    (not_an_address ? identity.dns_names : identity.ip_addresses).push_back(name);
  }
  return *authority.IssueServing(identity, now_ns);
}

}  // namespace kubegauge::testing
