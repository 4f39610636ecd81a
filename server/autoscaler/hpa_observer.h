#pragma once

#include <spdlog/logger.h>

#include <string_view>

#include "autoscaler/decision_log.h"
#include "autoscaler/reconcile_observer.h"
#include "server/autoscaler/hpa_metrics.h"

namespace kubegauge::server {

// Hands what the controller does to the metrics, to the decisions that `explain` shows, and to the
// log: a line for every change of a replica count, and one when an HPA begins or ceases to fail.
// Keeps references.
class HpaObserver final : public autoscaler::ReconcileObserver {
 public:
  HpaObserver(HpaMetrics& metrics, autoscaler::DecisionLog& decisions, spdlog::logger& log)
      : metrics_(metrics), decisions_(decisions), log_(log) {}

  void Registered(const autoscaler::Hpa& hpa) override;
  void Forgotten(const autoscaler::Hpa& hpa) override;
  void Reconciled(const autoscaler::Hpa& hpa, const autoscaler::Outcome& outcome,
                  int64_t duration_ns, int64_t fetch_ns, int64_t now_ns) override;

 private:
  // `before` is the error of the decision before.
  void LogChange(const autoscaler::Hpa& hpa, const autoscaler::Outcome& outcome,
                 std::string_view before);

  HpaMetrics& metrics_;
  autoscaler::DecisionLog& decisions_;
  spdlog::logger& log_;
};

}  // namespace kubegauge::server
