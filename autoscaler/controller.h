#pragma once

#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "autoscaler/cadence.h"
#include "autoscaler/history.h"
#include "autoscaler/hpa.h"
#include "autoscaler/hpa_table.h"
#include "autoscaler/reconcile_observer.h"
#include "autoscaler/reconcile_schedule.h"
#include "autoscaler/reconciler.h"
#include "kube/clock.h"
#include "kube/sleeper.h"

namespace kubegauge::autoscaler {

// Reconciles all HPAs again and again, for as long as one process leads: one Controller lives for
// one term, so that a new term begins with an empty history, as upstream's does (hpa.md 2). With
// react_to_samples off the cadence is upstream's (hpa.md 2.3), except that the HPAs that are there
// at the start are looked at soon, and for the second time half a period to a period later, where
// upstream looks at all of them for the first time after a period. That spreads them, in groups.
// Those that are due within some milliseconds are looked at together, at the end of these: none
// sooner than upstream would, as a policy's period ends just when the next look is due.
//
// For one executor of one thread, on which all functions are called; keeps references.
class Controller : public std::enable_shared_from_this<Controller> {
 public:
  struct Parts {
    ReconcileObserver& observer;
    const kube::Clock& clock;
    kube::Sleeper& sleeper;
    spdlog::logger& log;
    // What the cache has now under "namespace", "name"; null when it was deleted.
    std::function<HpaPtr(std::string_view namespace_name, std::string_view name)> find;
  };

  Controller(boost::asio::any_io_executor executor, const Parts& parts, Reconciler& reconciler,
             SelectorRegistry& selectors, const Cadence& cadence);
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  // The HPAs that are there when the term begins.
  void Begin(const std::vector<HpaPtr>& hpas);
  // As the cache tells.
  void Added(const HpaPtr& hpa);
  void Updated(const HpaPtr& before, const HpaPtr& after);
  void Deleted(const HpaPtr& hpa);
  // There are new samples of pods of these HPAs, "namespace/name".
  void SamplesArrived(const std::vector<std::string>& hpas);

  // Runs until Stop. What is in flight then comes to its end by itself; whether it still writes is
  // up to the client below (FencedApiClient).
  boost::asio::awaitable<void> Run();
  void Stop();

  // Reconciles that go on at this moment.
  size_t in_flight() const { return in_flight_; }

 private:
  struct Tracked {
    History history;
    int64_t min_period_ns = 0;
    int64_t earliest_ns = 0;  // when it may be looked at again, by its own minimum period
    bool registered = false;
    bool running = false;
    bool due_again = false;     // became due while it ran
    bool to_be_spread = false;  // was looked at with all others, at the start of the term
  };
  using Table = HpaTable<Tracked>;

  Table::value_type& Track(const HpaPtr& hpa);
  int64_t UsualDelayNs(const Tracked& tracked) const;
  int64_t EarliestDelayNs(const Tracked& tracked) const;
  void ScheduleAfter(const Table::value_type& hpa, int64_t delay_ns);
  void ScheduleSpread(const Table::value_type& hpa, int64_t earliest_ns, int64_t latest_ns);
  std::optional<int64_t> NextStart() const;  // when there is something to begin
  void StartDue();
  boost::asio::awaitable<void> Reconcile(HpaName name);
  void Finish(Table::value_type& place, const Hpa& hpa, Reconciler::Result result,
              int64_t duration_ns);
  void ScheduleNext(Table::value_type& hpa);
  int64_t MinPeriodOf(const Hpa& hpa) const;
  void WarnOfBadPeriod(const Hpa& hpa) const;

  const boost::asio::any_io_executor executor_;
  const Parts parts_;
  Reconciler& reconciler_;
  SelectorRegistry& selectors_;
  const Cadence cadence_;
  const int64_t gather_ns_;  // how long one that is due waits for others
  Table table_;
  ReconcileSchedule schedule_;  // of keys of table_
  boost::asio::experimental::channel<void(boost::system::error_code)> wake_;
  size_t in_flight_ = 0;
  bool stopped_ = false;
};

}  // namespace kubegauge::autoscaler
