#pragma once

#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "apiservice/client_certificate.h"
#include "kube/clock.h"
#include "scraper/published.h"

namespace kubegauge::apiservice {

// Decides whether a set of certificate authorities vouches for a client (wire.md B.3, B.4): a chain
// from the leaf over the presented intermediates to one of them, every certificate valid now and,
// where it limits its uses, good for clientAuth. As Go's verifier, any listed certificate is an
// anchor, self-signed or not. Thread-safe.
class CertificateVerifier {
 public:
  // Starts without authorities. Keeps a reference to `clock`.
  explicit CertificateVerifier(const kube::Clock& clock);

  // Takes the certificates of a PEM bundle from the next Verify on. A bundle without a certificate
  // is an error and leaves the previous ones in force (wire.md B.2).
  absl::Status ReplaceAuthorities(std::string_view pem_bundle);

  // False until authorities are known: then a certificate says nothing, neither good nor bad.
  bool has_authorities() const;

  // OK, or why the certificate is not to be trusted.
  absl::Status Verify(const ClientCertificate& certificate) const;

 private:
  struct Authorities;

  const kube::Clock& clock_;
  scraper::Published<Authorities> authorities_;  // null until known
};

}  // namespace kubegauge::apiservice
