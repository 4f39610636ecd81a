#include "server/cluster/serving_tls_builder.h"

#include <utility>

namespace kubegauge::server {

ServingTlsBuilder::ServingTlsBuilder(TlsPolicy policy) { material_.policy = std::move(policy); }

absl::Status ServingTlsBuilder::Rebuild(TlsMaterial material) {
  if (!material.certificate_chain.empty()) {
    auto context = TlsContext::FromPem(material);
    if (!context.ok()) return context.status();
    tls_.Set(*std::move(context));
  }
  material_ = std::move(material);
  return absl::OkStatus();
}

absl::Status ServingTlsBuilder::SetPair(std::string certificate_chain, std::string private_key) {
  const std::lock_guard lock(mutex_);
  TlsMaterial material = material_;
  material.certificate_chain = std::move(certificate_chain);
  material.private_key = std::move(private_key);
  return Rebuild(std::move(material));
}

absl::Status ServingTlsBuilder::SetNamed(size_t index, TlsMaterial::Named named) {
  const std::lock_guard lock(mutex_);
  TlsMaterial material = material_;
  if (index >= material.named.size()) material.named.resize(index + 1);
  material.named[index] = std::move(named);
  return Rebuild(std::move(material));
}

absl::Status ServingTlsBuilder::SetClientAuthorities(std::string pem_bundle) {
  const std::lock_guard lock(mutex_);
  TlsMaterial material = material_;
  material.client_authorities = std::move(pem_bundle);
  return Rebuild(std::move(material));
}

}  // namespace kubegauge::server
