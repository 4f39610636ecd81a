#pragma once

#include <cstdint>
#include <string>

#include "kube/leader_record.h"

namespace kubegauge::kube {

// What one candidate knows of an election, and what it may do about it: the rules of client-go's
// LeaderElector. The times in a Lease are written for people; how long another's lease is good is
// measured by this process' monotonic clock, from when a change of it was seen. Pure; not
// thread-safe. All times of arguments are monotonic unless named otherwise.
class LeaderElectionState {
 public:
  // `lease_seconds` is what the others are told to wait for. A lease of that length is taken to run
  // out `margin_ns` sooner: what the observation of a renewal lags behind is made up for.
  LeaderElectionState(std::string identity, int64_t lease_seconds, int64_t margin_ns = 0)
      : identity_(std::move(identity)), lease_seconds_(lease_seconds), margin_ns_(margin_ns) {}

  // The Lease has been read, or written with `record` in it.
  void Observe(const LeaderRecord& record, int64_t now_ns);
  void Wrote(const LeaderRecord& record, int64_t now_ns);

  const LeaderRecord& observed() const { return observed_; }
  // Whether this candidate holds what was observed, be it expired or not.
  bool HoldsLease() const { return observed_.holder == identity_; }
  // When the lease that was observed runs out.
  int64_t ExpiresAtNs() const;
  bool IsValid(int64_t now_ns) const { return ExpiresAtNs() > now_ns; }
  // Whether the lease is anybody else's, for now.
  bool IsTaken(int64_t now_ns) const {
    return !observed_.holder.empty() && !HoldsLease() && IsValid(now_ns);
  }

  // What to write to take the lease, or to renew it: a holder keeps acquireTime and transitions.
  LeaderRecord Claim(int64_t now_wall_ns) const;
  // What to write where there is no Lease yet.
  LeaderRecord FirstClaim(int64_t now_wall_ns) const;
  // What to write to give the lease back, so that another may take it at once.
  LeaderRecord Renunciation(int64_t now_wall_ns) const;

 private:
  const std::string identity_;
  const int64_t lease_seconds_;
  const int64_t margin_ns_;
  LeaderRecord observed_;
  int64_t observed_at_ns_ = 0;
};

}  // namespace kubegauge::kube
