#include "apiservice/certificate_verifier.h"

#include <utility>

namespace kubegauge::apiservice {

absl::Status CertificateVerifier::ReplaceAuthorities(std::string_view pem_bundle) {
  const std::shared_ptr<const ClientAuthorities> current = authorities_.Get();
  if (current != nullptr && current->pem() == pem_bundle) return absl::OkStatus();
  auto authorities = ClientAuthorities::FromPem(pem_bundle);
  if (!authorities.ok()) return authorities.status();
  authorities_.Set(*std::move(authorities));
  return absl::OkStatus();
}

absl::Status CertificateVerifier::Verify(const ClientCertificate& certificate) const {
  const std::shared_ptr<const ClientAuthorities> authorities = authorities_.Get();
  if (authorities == nullptr) {
    return absl::FailedPreconditionError("no authorities for client certificates are known yet");
  }
  return authorities->Verify(certificate, clock_.WallNs());
}

}  // namespace kubegauge::apiservice
