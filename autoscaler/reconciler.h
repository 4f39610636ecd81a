#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "autoscaler/decide.h"
#include "autoscaler/metrics_reader.h"
#include "autoscaler/pod_index.h"
#include "autoscaler/reconcile_observer.h"
#include "autoscaler/selector_registry.h"
#include "autoscaler/status_writer.h"
#include "autoscaler/target_scales.h"
#include "kube/clock.h"

namespace kubegauge::autoscaler {

// One reconcile of one HPA, with all its I/O (hpa.md 3): reads the scale, then what the decision
// needs, much of it at the same time; writes the scale, the status and the events. Any number of
// reconciles, of different HPAs, may go on at once, so none waits for another's slow metrics. For
// one executor of one thread; keeps references.
class Reconciler {
 public:
  struct Parts {
    TargetScales& scales;
    const PodIndex& pods;
    ResourceMetricsReader& resource_metrics;
    CustomMetricsReader& custom_metrics;
    StatusWriter& statuses;
    HpaEventSink& events;
    const kube::Clock& clock;
    spdlog::logger& log;
    bool checks_specs = false;  // of HPAs that no API server has checked (SpecFault)
  };

  Reconciler(const Parts& parts, SelectorRegistry& selectors, const Tuning& tuning)
      : parts_(parts), selectors_(selectors), tuning_(tuning) {}

  struct Result {
    Outcome outcome;
    int64_t fetch_ns = 0;  // reading pods and metrics
    int64_t now_ns = 0;    // the wall time that was decided at
  };
  // The times of `history`, and of the outcome's, are on the monotonic clock: a step of the wall
  // clock, which `Decide` counts by, ends no window early and prolongs none (upstream's times carry
  // a monotonic reading, too).
  boost::asio::awaitable<Result> Reconcile(HpaPtr hpa, History history);

 private:
  boost::asio::awaitable<Result> Refuse(const Hpa& hpa, const std::string& fault,
                                        const History& history);
  // Before a scale is written that others may have changed, and its watch not said so yet: reads it
  // where it is known only. False: `scale` is another one than was decided by.
  boost::asio::awaitable<bool> Confirm(const Hpa& hpa, TargetScales::Reading& scale);
  // Whether the decision will look at the pods: else nobody is to be asked about them.
  bool FindPods(const Hpa& hpa, Observation& observation);
  // What the metrics APIs say of the pods that were found.
  boost::asio::awaitable<void> ReadMetrics(const Hpa& hpa, Observation& observation);
  boost::asio::awaitable<void> WriteStatus(const Hpa& hpa, Outcome& outcome);

  const Parts parts_;
  SelectorRegistry& selectors_;
  const Tuning tuning_;
};

}  // namespace kubegauge::autoscaler
