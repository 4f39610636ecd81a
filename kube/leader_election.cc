#include "kube/leader_election.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "kube/go_duration.h"

namespace kubegauge::kube {
namespace {

using boost::asio::awaitable;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

constexpr double kJitterFactor = 1.2;
constexpr int kLooksPerRetryPeriod = 4;
constexpr int kReleaseAttempts = 5;  // where others write to the Lease at the same time
constexpr int64_t kNeverLeads = std::numeric_limits<int64_t>::min();

int64_t WholeSeconds(nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

nanoseconds Scaled(nanoseconds duration, double factor) {
  return nanoseconds(static_cast<int64_t>(static_cast<double>(duration.count()) * factor));
}

// Half of the time in which nobody may lead, or a retry period: a leader has stopped long before.
nanoseconds TakeoverMargin(const LeaderElectionOptions& options) {
  return std::min(options.retry_period, (options.lease_duration - options.renew_deadline) / 2);
}

}  // namespace

absl::Status CheckLeaderElectionOptions(const LeaderElectionOptions& options) {
  const auto fail = [](const char* text) { return absl::InvalidArgumentError(text); };
  if (WholeSeconds(options.lease_duration) < 1) {
    return fail("leaseDuration must be at least one second");
  }
  if (options.renew_deadline < 1ns) return fail("renewDeadline must be greater than zero");
  if (options.retry_period < 1ns) return fail("retryPeriod must be greater than zero");
  if (std::chrono::seconds(WholeSeconds(options.lease_duration)) <= options.renew_deadline) {
    return fail("leaseDuration must be greater than renewDeadline");
  }
  if (options.renew_deadline <= Scaled(options.retry_period, kJitterFactor)) {
    return fail("renewDeadline must be greater than retryPeriod*JitterFactor");
  }
  if (options.identity.empty()) return fail("Lock identity is empty");
  if (options.name.empty() || options.namespace_name.empty()) {
    return fail("the lease needs a name and a namespace");
  }
  return absl::OkStatus();
}

LeaderElector::LeaderElector(ApiClient& client, const Clock& clock, Sleeper& sleeper,
                             RandomSource& random, EventRecorder* recorder, spdlog::logger& logger,
                             LeaderElectionOptions options)
    : clock_(clock),
      sleeper_(sleeper),
      random_(random),
      recorder_(recorder),
      logger_(logger),
      options_(std::move(options)),
      client_(client, options_.namespace_name, options_.name),
      leads_until_ns_(kNeverLeads),
      state_(options_.identity, WholeSeconds(options_.lease_duration),
             TakeoverMargin(options_).count()) {}

awaitable<void> LeaderElector::Acquire() {
  logger_.info("Waiting for the leader lease lease={} identity={}", client_.Describe(),
               options_.identity);
  leads_until_ns_ = kNeverLeads;
  for (;;) {
    const bool acquired = co_await TryAcquireOrRenew();
    if (released_) {
      co_await GiveBack();  // what was under way when Release was called
      co_return;
    }
    ReportLeader();
    if (acquired) break;
    ReportError();
    co_await sleeper_.SleepFor(WaitToAcquire());
  }
  RecordEvent("became leader");
}

awaitable<absl::Status> LeaderElector::Hold(std::function<void()> on_recovery) {
  failed_ = false;
  nanoseconds wait = std::min(options_.retry_period, TimeLeft());
  while (wait > 0ns) {
    co_await sleeper_.SleepFor(wait);
    if (!IsLeader()) break;
    const bool renewed = co_await TryAcquireOrRenew();
    if (!renewed && !released_) ReportError();
    if (renewed && std::exchange(failed_, false) && on_recovery) on_recovery();
    wait = std::min(options_.retry_period, TimeLeft());
  }
  if (released_) co_return absl::CancelledError("the lease was given back");
  co_return Lost();
}

awaitable<void> LeaderElector::Release() {
  released_ = true;
  leads_until_ns_ = kNeverLeads;
  co_await GiveBack();
}

awaitable<void> LeaderElector::GiveBack() {
  if (!state_.HoldsLease()) co_return;
  for (int attempt = 0; attempt < kReleaseAttempts; ++attempt) {
    const bool done = co_await TryRelease(RequestTimeout());
    if (done) co_return;
    if (!absl::IsAborted(last_error_)) break;
  }
  logger_.warn("The leader lease could not be released lease={} error=\"{}\"", client_.Describe(),
               std::string(last_error_.message()));
}

// Whether there is nothing left to do. Another's write may come between, and is then read.
awaitable<bool> LeaderElector::TryRelease(milliseconds timeout) {
  absl::StatusOr<Lease> lease = co_await client_.Get(timeout);
  last_error_ = lease.status();
  if (!lease.ok()) co_return absl::IsNotFound(last_error_);
  Observe(lease->record);
  if (!state_.HoldsLease()) co_return true;
  const LeaderRecord record = state_.Renunciation(clock_.WallNs());
  absl::StatusOr<Lease> written = co_await client_.Update(*std::move(lease), record, timeout);
  last_error_ = written.status();
  if (!written.ok()) co_return false;
  lease_ = *std::move(written);
  Observe(record);
  logger_.info("Released the leader lease lease={}", client_.Describe());
  co_return true;
}

absl::Status LeaderElector::CheckRenewals(nanoseconds grace) const {
  const int64_t leads_until_ns = leads_until_ns_;
  if (leads_until_ns == kNeverLeads) return absl::OkStatus();
  const nanoseconds late(clock_.MonotonicNs() - leads_until_ns);
  if (late <= options_.lease_duration - options_.renew_deadline + grace) return absl::OkStatus();
  return absl::DeadlineExceededError(
      fmt::format("failed election to renew leadership on lease {}", options_.name));
}

std::string LeaderElector::Leader() const {
  const std::lock_guard lock(mutex_);
  return state_.observed().holder;
}

awaitable<bool> LeaderElector::TryAcquireOrRenew() {
  if (released_) co_return false;
  // The leader need not read what it has written itself.
  if (lease_ && state_.HoldsLease() && state_.IsValid(clock_.MonotonicNs())) {
    Lease lease = *lease_;
    const bool renewed = co_await Claim(std::move(lease));
    if (renewed) co_return true;
  }
  if (released_) co_return false;
  absl::StatusOr<Lease> lease = co_await client_.Get(RequestTimeout());
  if (released_) co_return false;
  if (absl::IsNotFound(lease.status())) {
    const int64_t sent_at_ns = clock_.MonotonicNs();
    const LeaderRecord record = state_.FirstClaim(clock_.WallNs());
    absl::StatusOr<Lease> created = co_await client_.Create(record, RequestTimeout());
    co_return TakeWritten(std::move(created), record, sent_at_ns);
  }
  if (!lease.ok()) {
    failed_ = true;
    last_error_ = lease.status();
    co_return false;
  }
  lease_ = *lease;
  Observe(lease->record);
  if (state_.IsTaken(clock_.MonotonicNs())) {
    last_error_ = absl::AbortedError(fmt::format("it is held by {}", lease->record.holder));
    co_return false;
  }
  co_return co_await Claim(*std::move(lease));
}

awaitable<bool> LeaderElector::Claim(Lease lease) {
  const int64_t sent_at_ns = clock_.MonotonicNs();
  const LeaderRecord record = state_.Claim(clock_.WallNs());
  absl::StatusOr<Lease> written =
      co_await client_.Update(std::move(lease), record, RequestTimeout());
  co_return TakeWritten(std::move(written), record, sent_at_ns);
}

bool LeaderElector::TakeWritten(absl::StatusOr<Lease> written, const LeaderRecord& record,
                                int64_t sent_at_ns) {
  last_error_ = written.status();
  if (!written.ok()) {
    failed_ = true;
    return false;
  }
  reported_error_.clear();
  lease_ = *std::move(written);
  const std::lock_guard lock(mutex_);
  state_.Wrote(record, clock_.MonotonicNs());
  if (released_) return true;
  // Who has been told that it leads no more does not lead again before it is told so.
  const int64_t leads_until_ns = leads_until_ns_;
  if (leads_until_ns == kNeverLeads || clock_.MonotonicNs() < leads_until_ns) {
    leads_until_ns_ = sent_at_ns + options_.renew_deadline.count();
  }
  return true;
}

void LeaderElector::Observe(const LeaderRecord& record) {
  const std::lock_guard lock(mutex_);
  state_.Observe(record, clock_.MonotonicNs());
  if (!state_.HoldsLease()) leads_until_ns_ = kNeverLeads;
}

void LeaderElector::ReportLeader() {
  const std::string& leader = state_.observed().holder;
  if (leader == reported_leader_) return;
  reported_leader_ = leader;
  logger_.info("The leader lease has a new holder lease={} leader={}", client_.Describe(), leader);
}

// Candidates try every few seconds for as long as they live: the same error is told once.
void LeaderElector::ReportError() {
  std::string error(last_error_.message());
  if (error == reported_error_) return;
  logger_.warn("Cannot take or renew the leader lease lease={} error=\"{}\"", client_.Describe(),
               error);
  reported_error_ = std::move(error);
}

void LeaderElector::RecordEvent(const char* what) {
  if (recorder_ == nullptr || !lease_) return;
  ObjectReference lease{.kind = "Lease",
                        .namespace_name = client_.namespace_name(),
                        .name = client_.name(),
                        .uid = lease_->uid,
                        .api_version = "coordination.k8s.io/v1",
                        .resource_version = lease_->resource_version};
  recorder_->Record(std::move(lease), EventType::kNormal, "LeaderElection",
                    fmt::format("{} {}", options_.identity, what));
}

absl::Status LeaderElector::Lost() {
  leads_until_ns_ = kNeverLeads;
  ReportLeader();
  RecordEvent("stopped leading");
  const std::string why =
      last_error_.ok() ? "it was renewed too late" : std::string(last_error_.message());
  logger_.warn("Lost the leader lease lease={} error=\"{}\"", client_.Describe(), why);
  if (!state_.HoldsLease()) {
    return absl::AbortedError(fmt::format("lost the lease {}: {}", client_.Describe(), why));
  }
  return absl::DeadlineExceededError(
      fmt::format("lost the lease {}: not renewed for {}: {}", client_.Describe(),
                  FormatGoDuration(options_.renew_deadline.count()), why));
}

// client-go's jittered wait, but not beyond the end of the lease that is waited for.
nanoseconds LeaderElector::WaitToAcquire() {
  const nanoseconds period = options_.retry_period / kLooksPerRetryPeriod;
  const nanoseconds jittered = period + Scaled(period, kJitterFactor * random_.Unit());
  const nanoseconds expires_in(state_.ExpiresAtNs() - clock_.MonotonicNs());
  return expires_in > 0ns ? std::min(jittered, expires_in) : jittered;
}

nanoseconds LeaderElector::TimeLeft() const {
  const int64_t until_ns = leads_until_ns_;
  const int64_t now_ns = clock_.MonotonicNs();
  return nanoseconds(until_ns > now_ns ? until_ns - now_ns : 0);
}

// kube-controller-manager's, and never beyond the end of leadership.
milliseconds LeaderElector::RequestTimeout() const {
  const nanoseconds usual = std::max<nanoseconds>(1s, options_.renew_deadline / 2);
  const nanoseconds left = IsLeader() ? TimeLeft() : options_.renew_deadline;
  const nanoseconds timeout = std::min(usual, left);
  return std::max(1ms, std::chrono::duration_cast<milliseconds>(timeout));
}

}  // namespace kubegauge::kube
