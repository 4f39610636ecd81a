#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/openssl.h"
#include "scraper/published.h"
#include "server/listener/tls_policy.h"

namespace kubegauge::server {

// What a TLS server shows to its clients, as PEM text.
struct TlsMaterial {
  std::string certificate_chain;  // leaf first
  std::string private_key;
  // The authorities whose names are sent along with the request for a client certificate, so that a
  // client can choose among its own. May be empty.
  std::string client_authorities;
  // Other certificates, for clients that ask for the server by one of their names.
  struct Named {
    std::string certificate_chain;
    std::string private_key;
    std::vector<std::string> patterns;  // as MatchServerName takes them
  };
  std::vector<Named> named = {};
  TlsPolicy policy = {};
};

// The TLS side of a listener (wire.md A.1): TLS 1.2 or newer, HTTP/2 or 1.1 by ALPN, client
// certificates requested but neither required nor verified, sessions resumed by ticket, no
// renegotiation, no compression, no buffers held by idle connections. Immutable; thread-safe.
class TlsContext {
 public:
  static absl::StatusOr<std::shared_ptr<const TlsContext>> FromPem(const TlsMaterial& material);

  SSL_CTX* native() const { return context_.get(); }

 private:
  using ContextPtr = std::unique_ptr<SSL_CTX, apiservice::OpenSslDeleter<SSL_CTX_free>>;

  struct NamedContext {
    std::vector<std::string> patterns;
    ContextPtr context;
  };

  explicit TlsContext(ContextPtr context) : context_(std::move(context)) {}
  // Chooses among named_ by the name that the client asks for.
  static int ChooseByName(SSL* ssl, int* alert, void* self);

  ContextPtr context_;
  std::vector<NamedContext> named_;
};

// The context of new connections, which can be replaced while others are served under the old one.
using ServingTls = scraper::Published<TlsContext>;

}  // namespace kubegauge::server
