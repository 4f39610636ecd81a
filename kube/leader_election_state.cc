#include "kube/leader_election_state.h"

#include <algorithm>
#include <limits>

#include "kube/rfc3339.h"
#include "kube/time_units.h"

namespace kubegauge::kube {
namespace {

constexpr int64_t kMaxTransitions = std::numeric_limits<int32_t>::max();

}  // namespace

void LeaderElectionState::Observe(const LeaderRecord& record, int64_t now_ns) {
  if (record == observed_) return;
  Wrote(record, now_ns);
}

void LeaderElectionState::Wrote(const LeaderRecord& record, int64_t now_ns) {
  observed_ = record;
  observed_at_ns_ = now_ns;
}

int64_t LeaderElectionState::ExpiresAtNs() const {
  const bool of_ours = observed_.lease_duration_seconds == lease_seconds_;
  return observed_at_ns_ + observed_.lease_duration_seconds * kNsPerSecond -
         (of_ours ? margin_ns_ : 0);
}

LeaderRecord LeaderElectionState::FirstClaim(int64_t now_wall_ns) const {
  const std::string now = FormatRfc3339Micro(now_wall_ns);
  return {.holder = identity_,
          .lease_duration_seconds = lease_seconds_,
          .acquire_time = now,
          .renew_time = now};
}

LeaderRecord LeaderElectionState::Claim(int64_t now_wall_ns) const {
  LeaderRecord record = FirstClaim(now_wall_ns);
  if (HoldsLease()) {
    record.acquire_time = observed_.acquire_time;
    record.transitions = observed_.transitions;
  } else {
    // The API server refuses what is no int32, and a Lease that nobody can take is nobody's.
    record.transitions = std::min<int64_t>(observed_.transitions, kMaxTransitions - 1) + 1;
  }
  return record;
}

LeaderRecord LeaderElectionState::Renunciation(int64_t now_wall_ns) const {
  const std::string now = FormatRfc3339Micro(now_wall_ns);
  return {.lease_duration_seconds = 1,
          .acquire_time = now,
          .renew_time = now,
          .transitions = observed_.transitions};
}

}  // namespace kubegauge::kube
