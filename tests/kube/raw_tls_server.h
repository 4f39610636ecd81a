#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "apiservice/certificate_authority.h"

namespace kubegauge::testing {

// A server that does to each connection exactly what a test's script says, on a thread of its own.
class RawTlsServer {
 public:
  // One connection, blocking.
  class Connection {
   public:
    Connection(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& context)
        : stream_(std::move(socket), context) {}

    // Nothing is encrypted before.
    bool Handshake();
    // The next request with its body, as it came; nullopt when the connection ended.
    std::optional<std::string> ReadRequest();
    bool Write(std::string_view bytes);
    // Waits until the client has closed the connection.
    void AwaitEnd();
    // Ends the connection with a reset, not in the way of TLS.
    void Reset();
    // Wakes whoever waits in another member, for good.
    void Interrupt();

   private:
    size_t Read(char* data, size_t size);

    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
    bool encrypted_ = false;
    std::string unread_;
  };
  using Script = std::function<void(Connection&)>;

  RawTlsServer(const apiservice::KeyPairPem& pair, Script script);
  ~RawTlsServer();

  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  // The ALPN lists that clients offered, "h2,http/1.1" and the like, in their order.
  std::vector<std::string> offered_protocols();
  size_t connections();

 private:
  static int SelectProtocol(SSL* ssl, const unsigned char** out, unsigned char* out_size,
                            const unsigned char* in, unsigned in_size, void* server);
  void Accept();

  boost::asio::io_context io_;
  boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
  boost::asio::ip::tcp::acceptor acceptor_;
  const Script script_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::list<Connection> connections_;
  std::list<std::thread> threads_;
  std::vector<std::string> offered_;
  std::thread accepting_;
};

}  // namespace kubegauge::testing
