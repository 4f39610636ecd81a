#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/listener/tls_context.h"

namespace kubegauge::server {

// The listener's TLS context, made anew whenever one of its parts changes: the serving pair, the
// pairs of other names, the authorities of clients. Connections that are open keep the context they
// began with. Thread-safe.
class ServingTlsBuilder {
 public:
  explicit ServingTlsBuilder(TlsPolicy policy);

  // Each leaves the context as it was when it cannot be made of the new part.
  absl::Status SetPair(std::string certificate_chain, std::string private_key);
  absl::Status SetNamed(size_t index, TlsMaterial::Named named);
  absl::Status SetClientAuthorities(std::string pem_bundle);

  // What new connections begin with; null before the first pair.
  const ServingTls& tls() const { return tls_; }

 private:
  absl::Status Rebuild(TlsMaterial material);

  std::mutex mutex_;
  TlsMaterial material_;
  ServingTls tls_{nullptr};
};

}  // namespace kubegauge::server
