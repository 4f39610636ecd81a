#pragma once

#include <prometheus/collectable.h>

#include <cstdint>
#include <mutex>
#include <vector>

#include "autoscaler/hpa.h"
#include "autoscaler/hpa_table.h"
#include "kube/object_key.h"

namespace kubegauge::server {

// The gauge of the replicas that each HPA wants. A prometheus::Gauge of each would take some 400
// bytes. Thread-safe.
class DesiredReplicas final : public prometheus::Collectable {
 public:
  void Set(const autoscaler::HpaMeta& hpa, int32_t replicas);
  void Remove(const kube::ObjectKey& hpa);
  void Clear();

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  mutable std::mutex mutex_;
  autoscaler::HpaTable<int32_t> replicas_;
};

}  // namespace kubegauge::server
