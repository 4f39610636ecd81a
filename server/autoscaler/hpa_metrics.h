#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>

#include "autoscaler/reconcile_observer.h"

namespace kubegauge::server {

// The HPA controller's own metrics, with upstream's names, labels and buckets (hpa.md 19).
// Thread-safe.
class HpaMetrics {
 public:
  explicit HpaMetrics(prometheus::Registry& registry);

  void Registered() { tracked_.Increment(); }
  // Upstream keeps the gauge of a deleted HPA for ever; here it goes.
  void Forgotten(const autoscaler::Hpa& hpa);
  // A new term begins: nothing is registered.
  void Reset() { tracked_.Set(0); }
  void Reconciled(const autoscaler::Hpa& hpa, const autoscaler::Outcome& outcome,
                  int64_t duration_ns, int64_t fetch_ns);

 private:
  prometheus::Family<prometheus::Counter>& reconciliations_;
  prometheus::Family<prometheus::Histogram>& reconciliation_durations_;
  prometheus::Family<prometheus::Counter>& computations_;
  prometheus::Family<prometheus::Histogram>& computation_durations_;
  prometheus::Family<prometheus::Gauge>& desired_replicas_;
  prometheus::Gauge& tracked_;
};

}  // namespace kubegauge::server
