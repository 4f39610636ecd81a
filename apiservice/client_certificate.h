#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "apiservice/openssl.h"

namespace kubegauge::apiservice {

// The certificates that a TLS client presented, leaf first. The handshake only proves that the
// client holds the leaf's key (wire.md A.1: certificates are requested, never verified there);
// whose it is, is for the authenticators to decide. Thread-safe; shared by the requests of a
// connection.
class ClientCertificate {
 public:
  // `chain` holds at least the leaf.
  explicit ClientCertificate(std::vector<X509Ptr> chain) : chain_(std::move(chain)) {}

  const std::vector<X509Ptr>& chain() const { return chain_; }
  X509* leaf() const { return chain_.front().get(); }

  // Whether RememberTrusted was called for these authorities and `wall_ns` is within its interval:
  // a connection's chain is verified once, not for every request.
  bool IsKnownTrusted(const void* authorities, int64_t wall_ns) const;
  // Notes that `authorities` vouch for the chain from `from_ns` until `until_ns`. Keeps a share of
  // them, so that no others can come to stand at their address.
  void RememberTrusted(std::shared_ptr<const void> authorities, int64_t from_ns,
                       int64_t until_ns) const;

 private:
  struct Trusted {
    std::shared_ptr<const void> authorities;
    int64_t from_ns;
    int64_t until_ns;
  };

  const std::vector<X509Ptr> chain_;
  mutable std::mutex mutex_;
  mutable std::vector<Trusted> trusted_;  // the newest at the back, few
};

}  // namespace kubegauge::apiservice
