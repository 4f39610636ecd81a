#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "apiservice/openssl.h"

namespace kubegauge::apiservice {

// The certificates that a TLS client presented, leaf first. The handshake only proves that the
// client holds the leaf's key (wire.md A.1: certificates are requested, never verified there);
// whose it is, is for the authenticators to decide. Thread-safe; shared by the requests of a
// connection.
class ClientCertificate {
 public:
  // What some authorities said of the chain, and when that holds, in nanoseconds since the epoch.
  struct Verdict {
    // Kept, so that no others can come to stand at their address.
    std::shared_ptr<const void> authorities;
    int64_t from_ns;
    int64_t until_ns;
    absl::Status status;
  };

  // `chain` holds at least the leaf.
  explicit ClientCertificate(std::vector<X509Ptr> chain) : chain_(std::move(chain)) {}

  const std::vector<X509Ptr>& chain() const { return chain_; }
  X509* leaf() const { return chain_.front().get(); }

  // The status that was remembered for these authorities, if it still holds: a connection's chain
  // is verified once, not for every request.
  std::optional<absl::Status> Recall(const void* authorities, int64_t wall_ns) const;
  void Remember(Verdict verdict) const;

 private:
  const std::vector<X509Ptr> chain_;
  mutable std::mutex mutex_;
  mutable std::vector<Verdict> verdicts_;  // the newest at the back, few
};

}  // namespace kubegauge::apiservice
