#include "autoscaler/controller.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "kube/go_duration.h"
#include "kube/time_units.h"

namespace kubegauge::autoscaler {
namespace {

namespace asio = boost::asio;

// With nothing scheduled; whatever comes then wakes the controller.
constexpr int64_t kIdleNs = 3600'000'000'000;
// Of an HPA's own minimum period: no metric is fresher, and less would be a busy loop.
constexpr int64_t kShortestPeriodNs = kube::kNsPerSecond;
// Of any period, so that times stay far from the end of their type: a year.
constexpr int64_t kLongestPeriodNs = 365 * 24 * 3600 * kube::kNsPerSecond;
// A process that wakes for each of a thousand HPAs spends more on waking than on deciding, so they
// are spread in groups.
constexpr int64_t kGroupsOfPeriod = 64;
// One that is due waits for such a part of the period for others: a group keeps together, although
// its looks do not all end at one time.
constexpr int64_t kGatheringsOfPeriod = 512;
constexpr int64_t kLongestGatheringNs = 30'000'000;
// How long a term's first look at all HPAs takes.
constexpr int64_t kFirstRoundNs = kube::kNsPerSecond;
constexpr int64_t kFirstRoundNsPerHpa = 2'000'000;

// Of "namespace/name".
kube::ObjectKey KeyFrom(std::string_view text) {
  const size_t slash = text.find('/');
  return {text.substr(0, slash), text.substr(slash + 1)};
}

// nullopt without the annotation; an error where it is no period.
std::optional<absl::StatusOr<int64_t>> OwnPeriodOf(const Hpa& hpa) {
  const auto annotation = hpa.meta.annotations.find(std::string(kSyncPeriodAnnotation));
  if (annotation == hpa.meta.annotations.end()) return std::nullopt;
  absl::StatusOr<int64_t> period = kube::ParseGoDuration(annotation->second);
  if (period.ok() && *period <= 0) return absl::InvalidArgumentError("it is not positive");
  return period;
}

int64_t GatherNs(const Cadence& cadence) {
  if (cadence.react_to_samples) return 0;
  return std::min(cadence.sync_period_ns / kGatheringsOfPeriod, kLongestGatheringNs);
}

Cadence Bounded(Cadence cadence) {
  cadence.sync_period_ns = std::min(cadence.sync_period_ns, kLongestPeriodNs);
  return cadence;
}

}  // namespace

Controller::Controller(asio::any_io_executor executor, const Parts& parts, Reconciler& reconciler,
                       SelectorRegistry& selectors, const Cadence& cadence)
    : executor_(std::move(executor)),
      parts_(parts),
      reconciler_(reconciler),
      selectors_(selectors),
      cadence_(Bounded(cadence)),
      gather_ns_(GatherNs(cadence_)),
      wake_(executor_, 1) {}

void Controller::Begin(const std::vector<HpaPtr>& hpas) {
  const int64_t window_ns =
      std::min(cadence_.sync_period_ns,
               kFirstRoundNs + static_cast<int64_t>(hpas.size()) * kFirstRoundNsPerHpa);
  for (const HpaPtr& hpa : hpas) {
    auto& tracked = Track(hpa);
    tracked.second.to_be_spread = true;
    WarnOfBadPeriod(*hpa);
    ScheduleSpread(tracked, 0, window_ns);
  }
}

void Controller::Added(const HpaPtr& hpa) {
  const auto& tracked = Track(hpa);
  WarnOfBadPeriod(*hpa);
  ScheduleAfter(tracked, cadence_.react_to_samples ? 0 : cadence_.sync_period_ns);
}

void Controller::Updated(const HpaPtr& before, const HpaPtr& after) {
  auto& tracked = Track(after);
  const bool annotated = before->meta.annotations != after->meta.annotations;
  if (annotated) WarnOfBadPeriod(*after);
  const bool at_once = cadence_.react_to_samples && (annotated || before->spec != after->spec);
  if (at_once) tracked.second.earliest_ns = 0;
  // One that runs has the old spec, and becomes due again.
  ScheduleAfter(tracked, at_once ? 0 : UsualDelayNs(tracked.second));
}

void Controller::Deleted(const HpaPtr& hpa) {
  // The history stays until the key is due, as upstream's does: an HPA that is made again under the
  // same name before that goes on with it.
  const auto known = table_.find(HpaName{hpa->meta.namespace_name, hpa->meta.name});
  if (known == table_.end() || !std::exchange(known->second.registered, false)) return;
  selectors_.Remove(hpa->meta.namespace_name, hpa->meta.name);
  parts_.observer.Forgotten(*hpa);
}

void Controller::SamplesArrived(const std::vector<std::string>& hpas) {
  if (!cadence_.react_to_samples) return;
  for (const std::string& hpa : hpas) {
    const auto known = table_.find(KeyFrom(hpa));
    if (known != table_.end()) ScheduleAfter(*known, EarliestDelayNs(known->second));
  }
}

Controller::Table::value_type& Controller::Track(const HpaPtr& hpa) {
  Table::value_type& place = *table_.try_emplace({hpa->meta.namespace_name, hpa->meta.name}).first;
  Tracked& tracked = place.second;
  if (!std::exchange(tracked.registered, true)) {
    selectors_.Add(hpa->meta.namespace_name, hpa->meta.name);
    parts_.observer.Registered(*hpa);
  }
  tracked.min_period_ns = MinPeriodOf(*hpa);
  return place;
}

int64_t Controller::MinPeriodOf(const Hpa& hpa) const {
  if (!cadence_.react_to_samples) return cadence_.sync_period_ns;
  const auto period = OwnPeriodOf(hpa);
  if (!period || !period->ok()) return cadence_.sync_period_ns;
  return std::clamp(**period, kShortestPeriodNs, kLongestPeriodNs);
}

void Controller::WarnOfBadPeriod(const Hpa& hpa) const {
  if (!cadence_.react_to_samples) return;
  const auto period = OwnPeriodOf(hpa);
  if (!period || period->ok()) return;
  parts_.log.warn("Ignoring an invalid annotation annotation={} hpa=\"{}/{}\" error=\"{}\"",
                  kSyncPeriodAnnotation, hpa.meta.namespace_name, hpa.meta.name,
                  std::string(period->status().message()));
}

int64_t Controller::EarliestDelayNs(const Tracked& tracked) const {
  return std::max<int64_t>(tracked.earliest_ns - parts_.clock.MonotonicNs(), 0);
}

int64_t Controller::UsualDelayNs(const Tracked& tracked) const {
  if (!cadence_.react_to_samples) return cadence_.sync_period_ns;
  return std::max(cadence_.sync_period_ns, EarliestDelayNs(tracked));
}

void Controller::ScheduleAfter(const Table::value_type& hpa, int64_t delay_ns) {
  const auto before = schedule_.NextDue();
  schedule_.ScheduleBy(hpa.first, parts_.clock.MonotonicNs() + delay_ns);
  if (!before || *schedule_.NextDue() < *before) wake_.try_send(boost::system::error_code());
}

// After a delay between the two, and then at the next whole multiple of a group's part of the
// period, so that others are due at that time too.
void Controller::ScheduleSpread(const Table::value_type& hpa, int64_t earliest_ns,
                                int64_t latest_ns) {
  const int64_t group_ns = std::max<int64_t>(cadence_.sync_period_ns / kGroupsOfPeriod, 1);
  const int64_t now_ns = parts_.clock.MonotonicNs();
  const int64_t window_ns = std::max<int64_t>(latest_ns - earliest_ns, 1);
  const int64_t due_ns = now_ns + earliest_ns + SpreadDelay(hpa.first, window_ns);
  ScheduleAfter(hpa, (due_ns + group_ns - 1) / group_ns * group_ns - now_ns);
}

std::optional<int64_t> Controller::NextStart() const {
  const std::optional<int64_t> due_ns = schedule_.NextDue();
  if (!due_ns) return std::nullopt;
  return *due_ns + gather_ns_;
}

asio::awaitable<void> Controller::Run() {
  using asio::experimental::awaitable_operators::operator||;
  const auto self = shared_from_this();
  while (!stopped_) {
    StartDue();
    const auto start = NextStart();
    const int64_t wait_ns =
        start ? std::max<int64_t>(*start - parts_.clock.MonotonicNs(), 0) : kIdleNs;
    boost::system::error_code ignored;
    co_await (parts_.sleeper.SleepFor(std::chrono::nanoseconds(wait_ns)) ||
              wake_.async_receive(asio::redirect_error(asio::use_awaitable, ignored)));
  }
}

void Controller::Stop() {
  stopped_ = true;
  wake_.try_send(boost::system::error_code());
}

// Those that are looked at together keep together, as their next looks are due at one time.
void Controller::StartDue() {
  const int64_t now_ns = parts_.clock.MonotonicNs();
  if (const auto start = NextStart(); !start || *start > now_ns) return;
  while (!stopped_) {
    const HpaName* const due = schedule_.PopDue(now_ns);
    if (due == nullptr) return;
    asio::co_spawn(executor_, Reconcile(*due), [](std::exception_ptr exception) {
      // A bug: better no process than one that silently stopped to scale.
      if (exception) std::rethrow_exception(exception);
    });
  }
}

asio::awaitable<void> Controller::Reconcile(HpaName name) {
  const auto self = shared_from_this();
  const auto known = table_.find(name);
  if (stopped_ || known == table_.end()) co_return;
  if (known->second.running) {
    known->second.due_again = true;
    co_return;
  }
  const HpaPtr hpa = parts_.find(name.namespace_name, name.name);
  if (hpa == nullptr) {
    schedule_.Remove(known->first);
    table_.erase(known);
    co_return;
  }
  Table::value_type& place = *known;  // which it keeps for as long as it is running
  Tracked& tracked = place.second;
  tracked.running = true;
  ++in_flight_;
  const int64_t began_ns = parts_.clock.MonotonicNs();
  tracked.earliest_ns = began_ns + tracked.min_period_ns;
  Reconciler::Result result = co_await reconciler_.Reconcile(hpa, std::move(tracked.history));
  --in_flight_;
  if (stopped_) co_return;
  Finish(place, *hpa, std::move(result), parts_.clock.MonotonicNs() - began_ns);
}

void Controller::Finish(Table::value_type& place, const Hpa& hpa, Reconciler::Result result,
                        int64_t duration_ns) {
  Tracked& tracked = place.second;
  tracked.running = false;
  tracked.history = std::move(result.outcome.history);
  // Of one that was deleted meanwhile nothing is to be remembered any more.
  if (tracked.registered) {
    parts_.observer.Reconciled(hpa, result.outcome, duration_ns, result.fetch_ns, result.now_ns);
  }
  ScheduleNext(place);
}

void Controller::ScheduleNext(Table::value_type& hpa) {
  Tracked& tracked = hpa.second;
  const bool to_be_spread = std::exchange(tracked.to_be_spread, false);
  if (std::exchange(tracked.due_again, false)) {
    ScheduleAfter(hpa, 0);
  } else if (cadence_.react_to_samples && !cadence_.samples_are_announced) {
    ScheduleAfter(hpa, EarliestDelayNs(tracked));
  } else if (to_be_spread) {
    const bool reacts = cadence_.react_to_samples;
    const int64_t usual_ns = UsualDelayNs(tracked);
    ScheduleSpread(hpa, reacts ? EarliestDelayNs(tracked) : usual_ns / 2, usual_ns);
  } else {
    ScheduleAfter(hpa, UsualDelayNs(tracked));
  }
}

}  // namespace kubegauge::autoscaler
