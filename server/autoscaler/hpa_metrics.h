#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "autoscaler/reconcile_observer.h"
#include "server/autoscaler/desired_replicas.h"
#include "server/metrics/metrics_registry.h"

namespace kubegauge::server {

// The HPA controller's own metrics, with upstream's names, labels, texts and buckets (hpa.md 19),
// and client-go's of the leader election. For one thread; the registry may be collected from any.
class HpaMetrics {
 public:
  // `lease_name` is empty where nobody is elected.
  HpaMetrics(MetricsRegistry& registry, const std::string& lease_name);

  // Whether this process leads. With a change of it, nothing is registered.
  void SetLeads(bool leads);
  void Registered() { tracked_.Increment(); }
  // Upstream keeps the gauge of a deleted HPA for ever; here it goes.
  void Forgotten(const autoscaler::Hpa& hpa);
  void Reconciled(const autoscaler::Hpa& hpa, const autoscaler::Outcome& outcome,
                  int64_t duration_ns, int64_t fetch_ns);

 private:
  struct Series {
    prometheus::Counter* total = nullptr;
    prometheus::Histogram* duration = nullptr;
  };
  using Reconciliation = std::pair<autoscaler::ScaleAction, autoscaler::ErrorKind>;
  using Computation = std::tuple<autoscaler::ScaleAction, autoscaler::ErrorKind, std::string>;

  Series& Of(const Reconciliation& labels);
  Series& Of(const Computation& labels);

  prometheus::Family<prometheus::Counter>& reconciliations_;
  prometheus::Family<prometheus::Histogram>& reconciliation_durations_;
  prometheus::Family<prometheus::Counter>& computations_;
  prometheus::Family<prometheus::Histogram>& computation_durations_;
  const std::shared_ptr<DesiredReplicas> desired_replicas_ = std::make_shared<DesiredReplicas>();
  prometheus::Gauge& tracked_;
  prometheus::Gauge* leads_ = nullptr;
  // What was looked up in the families once.
  std::map<Reconciliation, Series> of_reconciliations_;
  std::map<Computation, Series> of_computations_;
};

}  // namespace kubegauge::server
