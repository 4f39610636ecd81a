#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "kube/credentials.h"
#include "scraper/socket_bio.h"

namespace kubegauge::scraper {

// The TLS side of all connections to kubelets: one context for thousands, as each would cost tens
// of KiB. TLS 1.2 or newer, no buffers held by idle connections. Immutable; thread-safe.
class KubeletTrust {
 public:
  // Trusts the authority of `credentials`, or the system's where it has none, or everybody when
  // `insecure`; shows the client certificate where there is one. Certificates that cannot be read
  // are passed over; it is an error when none is left, or the key is not the certificate's.
  static absl::StatusOr<std::shared_ptr<const KubeletTrust>> Create(
      const kube::Credentials& credentials, bool insecure);

  SSL_CTX* native() const { return context_.get(); }
  const BIO_METHOD* socket_method() const { return socket_method_.get(); }
  bool insecure() const { return insecure_; }

  // Gives back most of the memory that a handshake leaves behind: a session keeps its kubelet's
  // certificate, parsed, for as long as it lives, and nothing is asked of it any more, not by a
  // resumed session either.
  void ForgetCertificate(SSL* ssl) const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509_NAME* name) const { X509_NAME_free(name); }
  };
  using ContextPtr = std::unique_ptr<SSL_CTX, Free>;
  using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;
  using NamePtr = std::unique_ptr<X509_NAME, Free>;

  KubeletTrust(ContextPtr context, BioMethodPtr socket_method, KeyPtr no_key, NamePtr no_name,
               bool insecure)
      : socket_method_(std::move(socket_method)),
        context_(std::move(context)),
        no_key_(std::move(no_key)),
        no_name_(std::move(no_name)),
        insecure_(insecure) {}

  const BioMethodPtr socket_method_;
  const ContextPtr context_;
  // Stand in for those of forgotten certificates; may be null.
  const KeyPtr no_key_;
  const NamePtr no_name_;
  const bool insecure_;
};

}  // namespace kubegauge::scraper
