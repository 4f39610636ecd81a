#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "apiservice/client_certificate.h"
#include "apiservice/openssl.h"

namespace kubegauge::apiservice {

// Certificate authorities that vouch for clients (wire.md B.3, B.4): a chain from the leaf over the
// presented intermediates to one of them, every certificate valid now and, where it limits its
// uses, good for clientAuth. As Go's verifier, any listed certificate is an anchor, self-signed or
// not. Immutable; thread-safe.
class ClientAuthorities : public std::enable_shared_from_this<ClientAuthorities> {
 public:
  // All certificates of a PEM bundle; a bundle without one is an error.
  static absl::StatusOr<std::shared_ptr<const ClientAuthorities>> FromPem(std::string_view bundle);

  // OK, or why the certificate is not to be trusted at `wall_ns`, nanoseconds since the epoch. What
  // was found out stays with `certificate`, so that its next requests cost a look-up.
  absl::Status Verify(const ClientCertificate& certificate, int64_t wall_ns) const;

  // The bundle as it was given.
  const std::string& pem() const { return pem_; }

 private:
  ClientAuthorities(std::string pem, X509StorePtr store)
      : pem_(std::move(pem)), store_(std::move(store)) {}

  ClientCertificate::Verdict Judge(const ClientCertificate& certificate, int64_t wall_ns) const;

  const std::string pem_;
  const X509StorePtr store_;
};

}  // namespace kubegauge::apiservice
