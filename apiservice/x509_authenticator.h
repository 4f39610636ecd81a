#pragma once

#include "apiservice/authentication.h"
#include "apiservice/certificate_verifier.h"

namespace kubegauge::apiservice {

// Knows a user by the client certificate (wire.md B.4): the name is the subject's CN, the groups
// its O values, the uid its Kubernetes UID attribute; extra carries the certificate's fingerprint.
// No certificate, no authorities yet or an empty CN: not handled. A certificate that the
// authorities do not vouch for is an error. Thread-safe; keeps a reference to `verifier`.
class X509Authenticator final : public LocalAuthenticator {
 public:
  explicit X509Authenticator(const CertificateVerifier& verifier);

  Authentication AuthenticateLocally(const Request& request) override;

 private:
  const CertificateVerifier& verifier_;
};

// What the subject of a certificate says of its holder; an error when its UID is empty or it has
// several. The name is empty where there is no CN.
absl::StatusOr<UserInfo> UserOfCertificate(X509* certificate);

// The CN of the subject, the last one if there are several, as in Go; "" where there is none.
std::string CommonNameOf(const X509* certificate);

}  // namespace kubegauge::apiservice
