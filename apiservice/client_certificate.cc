#include "apiservice/client_certificate.h"

#include <algorithm>

namespace kubegauge::apiservice {
namespace {

// One for each verifier that looks at a certificate, and their predecessors after a change of CA.
constexpr size_t kMaxRemembered = 4;

}  // namespace

bool ClientCertificate::IsKnownTrusted(const void* authorities, int64_t wall_ns) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(trusted_.begin(), trusted_.end(), [&](const Trusted& trusted) {
    return trusted.authorities.get() == authorities && trusted.from_ns <= wall_ns &&
           wall_ns < trusted.until_ns;
  });
}

void ClientCertificate::RememberTrusted(std::shared_ptr<const void> authorities, int64_t from_ns,
                                        int64_t until_ns) const {
  const std::lock_guard lock(mutex_);
  if (trusted_.size() >= kMaxRemembered) trusted_.erase(trusted_.begin());
  trusted_.push_back({std::move(authorities), from_ns, until_ns});
}

}  // namespace kubegauge::apiservice
