#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "apiservice/certificate_authority.h"
#include "apiservice/http.h"

namespace kubegauge::testing {

struct ClientOptions {
  std::string authority_pem;  // what the server's certificate is checked against; "": not at all
  std::optional<apiservice::KeyPairPem> certificate;  // the chain, leaf first, and the key
  int max_version = TLS1_3_VERSION;
  int min_version = TLS1_2_VERSION;
  std::string server_name;         // SNI; "": none
  std::string protocols;           // ALPN, as on the wire; "": none
  int receive_buffer = 0;          // bytes; 0: the kernel's choice
  bool plain = false;              // no TLS at all
  bool handshake = true;           // false: the connection stays before its handshake
  SSL_SESSION* session = nullptr;  // to resume
};

struct HttpAnswer {
  unsigned status = 0;
  unsigned version = 0;
  apiservice::Headers headers;
  std::string body;
};

// A blocking HTTPS client for tests, which sends exactly the bytes that it is told to. Every wait
// ends after 20 seconds at the latest.
class HttpsClient {
 public:
  HttpsClient(uint16_t port, const ClientOptions& options);
  ~HttpsClient();

  bool connected() const { return connected_; }
  // The reason of the last failure.
  const std::string& error() const { return error_; }
  SSL* ssl() const { return ssl_.get(); }
  std::string selected_protocol() const;

  bool Send(std::string_view bytes);
  // Up to `size` bytes; 0 at the end of the connection or after a failure.
  size_t Read(char* data, size_t size);
  // One whole answer; nullopt when the connection ends before.
  std::optional<HttpAnswer> Receive(bool to_head = false);
  // Everything up to the end.
  std::string ReadToEnd();
  // Sends and receives.
  std::optional<HttpAnswer> Ask(std::string_view request);
  // Ends the connection at once, with a reset.
  void Reset();

 private:
  using ContextPtr = std::unique_ptr<SSL_CTX, apiservice::OpenSslDeleter<SSL_CTX_free>>;
  using SslPtr = std::unique_ptr<SSL, apiservice::OpenSslDeleter<SSL_free>>;

  bool Connect(uint16_t port);
  void Handshake();
  bool UseOptions();
  void Fail(const char* what);

  ClientOptions options_;
  ContextPtr context_;
  SslPtr ssl_;
  int socket_ = -1;
  bool connected_ = false;
  std::string error_;
  std::string pending_;  // read but not yet part of an answer
};

}  // namespace kubegauge::testing
