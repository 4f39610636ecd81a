#pragma once

#include <cstdint>
#include <string_view>

#include "autoscaler/decision.h"
#include "autoscaler/hpa.h"

namespace kubegauge::autoscaler {

// Told of what the controller does, for its own metrics, its log and `explain`. Called on the
// controller's executor.
class ReconcileObserver {
 public:
  virtual ~ReconcileObserver() = default;

  // An HPA came under control, or left it.
  virtual void Registered(const Hpa& hpa) = 0;
  virtual void Forgotten(const Hpa& hpa) = 0;
  // `fetch_ns` is how long reading pods and metrics took, `now_ns` the wall time of the decision.
  virtual void Reconciled(const Hpa& hpa, const Outcome& outcome, int64_t duration_ns,
                          int64_t fetch_ns, int64_t now_ns) = 0;
};

// Where events of HPAs go. Never blocks.
class HpaEventSink {
 public:
  virtual ~HpaEventSink() = default;
  virtual void Record(const Hpa& hpa, const HpaEvent& event) = 0;
};

}  // namespace kubegauge::autoscaler
