#include "apiservice/client_certificate.h"

#include <algorithm>
#include <utility>

namespace kubegauge::apiservice {
namespace {

// One for each verifier that looks at a certificate, and their predecessors after a change of CA.
constexpr size_t kMaxVerdicts = 4;

}  // namespace

std::optional<absl::Status> ClientCertificate::Recall(const void* authorities,
                                                      int64_t wall_ns) const {
  const std::lock_guard lock(mutex_);
  const auto verdict = std::find_if(verdicts_.begin(), verdicts_.end(), [&](const Verdict& known) {
    return known.authorities.get() == authorities && known.from_ns <= wall_ns &&
           wall_ns < known.until_ns;
  });
  if (verdict == verdicts_.end()) return std::nullopt;
  return verdict->status;
}

void ClientCertificate::Remember(Verdict verdict) const {
  const std::lock_guard lock(mutex_);
  std::erase_if(verdicts_,
                [&](const Verdict& known) { return known.authorities == verdict.authorities; });
  if (verdicts_.size() >= kMaxVerdicts) verdicts_.erase(verdicts_.begin());
  verdicts_.push_back(std::move(verdict));
}

}  // namespace kubegauge::apiservice
