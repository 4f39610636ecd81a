#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "kube/api_client.h"
#include "kube/clock.h"
#include "kube/event_recorder.h"
#include "kube/leader_election_state.h"
#include "kube/leader_record.h"
#include "kube/lease_client.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"

namespace kubegauge::kube {

struct LeaderElectionOptions {
  std::string namespace_name = "kube-system";
  std::string name;      // of the Lease
  std::string identity;  // unique among the candidates: "<host>_<uuid>"
  // Those of kube-controller-manager.
  std::chrono::nanoseconds lease_duration = std::chrono::seconds(15);
  std::chrono::nanoseconds renew_deadline = std::chrono::seconds(10);
  std::chrono::nanoseconds retry_period = std::chrono::seconds(2);
};

// InvalidArgument in client-go's words. The lease counts in whole seconds, as it is written.
absl::Status CheckLeaderElectionOptions(const LeaderElectionOptions& options);

// One candidate in an election by a Lease, as client-go's LeaderElector with a LeaseLock:
//
//   co_await elector.Acquire();
//   const absl::Status why = co_await elector.Hold();  // beside the work of a leader
//   (the work has stopped)
//   co_await elector.Release();                        // when it was not lost
//
// Leadership ends renew_deadline after the last successful renewal was sent, on the monotonic
// clock, which is before anybody else may take the lease: earlier than client-go by retry_period,
// and safe whatever the settings. (Of a machine that was suspended, the clock may have stood; as
// with client-go, the resourceVersions of what it then writes are what protects others.) `client`
// is to give up when a request's timeout is over.
//
// A cancelled coroutine ends by an exception of Asio, as its sleeper does.
//
// IsLeader, CheckRenewals and Leader are thread-safe; the coroutines are to be run in one thread
// and one at a time, but for Release, which may come while Acquire or Hold goes on: neither takes
// the lease any more. Keeps references to all but `options`; `recorder` may be nullptr.
class LeaderElector {
 public:
  // `options` must pass CheckLeaderElectionOptions.
  LeaderElector(ApiClient& client, const Clock& clock, Sleeper& sleeper, RandomSource& random,
                EventRecorder* recorder, spdlog::logger& logger, LeaderElectionOptions options);

  // Completes when this candidate leads, or after Release.
  boost::asio::awaitable<void> Acquire();

  // Renews the lease for as long as that succeeds; completes at once when leadership is lost, with
  // the reason: kDeadlineExceeded, kAborted when another holds the lease, or kCancelled after
  // Release. `on_recovery` is called when it was renewed after a request that failed: the API server
  // answers again.
  boost::asio::awaitable<absl::Status> Hold(std::function<void()> on_recovery = {});

  // Gives the lease back, for good, so that others need not wait for it to expire. To be called
  // when nothing that only a leader may do goes on any more; IsLeader() is false from then on. Does
  // nothing where another holds it.
  boost::asio::awaitable<void> Release();

  // Whether this candidate may act as leader now. False as soon as the time is over, whether or not
  // a coroutine has run since.
  bool IsLeader() const { return clock_.MonotonicNs() < leads_until_ns_.load(); }

  // An error once the lease has expired for longer than `grace` without this candidate having
  // noticed: something holds up its coroutines, and the process is better restarted. For a health
  // check, as client-go's HealthzAdaptor.
  absl::Status CheckRenewals(std::chrono::nanoseconds grace) const;

  // Who holds the lease, as far as is known; "" before it was read, and when nobody does.
  std::string Leader() const;

 private:
  // client-go's tryAcquireOrRenew: whether the lease is this candidate's, written just now.
  boost::asio::awaitable<bool> TryAcquireOrRenew();
  boost::asio::awaitable<bool> Claim(Lease lease);
  boost::asio::awaitable<void> GiveBack();
  boost::asio::awaitable<bool> TryRelease(std::chrono::milliseconds timeout);
  bool TakeWritten(absl::StatusOr<Lease> written, const LeaderRecord& record, int64_t sent_at_ns);
  void Observe(const LeaderRecord& record);
  void ReportLeader();
  void ReportError();
  void RecordEvent(const char* what);
  absl::Status Lost();
  std::chrono::nanoseconds WaitToAcquire();
  std::chrono::milliseconds RequestTimeout() const;
  std::chrono::nanoseconds TimeLeft() const;

  const Clock& clock_;
  Sleeper& sleeper_;
  RandomSource& random_;
  EventRecorder* const recorder_;
  spdlog::logger& logger_;
  const LeaderElectionOptions options_;
  LeaseClient client_;
  std::optional<Lease> lease_;  // as it was read or written last
  absl::Status last_error_;
  std::string reported_leader_;
  std::string reported_error_;
  bool released_ = false;
  bool failed_ = false;  // a request, since the lease was last written
  std::atomic<int64_t> leads_until_ns_{0};
  mutable std::mutex mutex_;
  LeaderElectionState state_;  // changed with mutex_ held
};

}  // namespace kubegauge::kube
