#pragma once

#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "apiservice/client_authorities.h"
#include "apiservice/client_certificate.h"
#include "kube/clock.h"
#include "scraper/published.h"

namespace kubegauge::apiservice {

// The client authorities that are in force now, which may be replaced at any time. Thread-safe.
class CertificateVerifier {
 public:
  // Starts without authorities. Keeps a reference to `clock`.
  explicit CertificateVerifier(const kube::Clock& clock) : clock_(clock), authorities_(nullptr) {}

  // Takes the certificates of a PEM bundle from the next Verify on. A bundle without a certificate
  // is an error and leaves the previous ones in force (wire.md B.2). The bundle that is in force
  // already changes nothing.
  absl::Status ReplaceAuthorities(std::string_view pem_bundle);

  // False until authorities are known: then a certificate says nothing, neither good nor bad.
  bool has_authorities() const { return authorities_.Get() != nullptr; }
  // Null until known.
  std::shared_ptr<const ClientAuthorities> authorities() const { return authorities_.Get(); }

  // OK, or why the certificate is not to be trusted.
  absl::Status Verify(const ClientCertificate& certificate) const;

 private:
  const kube::Clock& clock_;
  scraper::Published<ClientAuthorities> authorities_;
};

}  // namespace kubegauge::apiservice
