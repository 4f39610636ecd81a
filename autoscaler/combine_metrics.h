#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "autoscaler/decide.h"
#include "autoscaler/metric_evaluation.h"

namespace kubegauge::autoscaler {

// All metrics of the spec together (hpa.md 6).
struct CombinedMetrics {
  struct Proposal {
    int32_t replicas = 0;
    SharedText metric_name;
  };
  std::optional<Proposal> highest;     // nullopt where too much failed to decide
  std::vector<MetricStatus> statuses;  // one for each metric; blank for those that failed
  std::vector<MetricFailure> failures;
  std::string error;  // about the failures; empty for none
};

// Traces and counts each metric in `decision`, and nothing else there.
CombinedMetrics CombineMetrics(const Hpa& hpa, const ScaleReading& scale,
                               const Observation& observation, const Tuning& tuning, int64_t now_ns,
                               Decision& decision);

}  // namespace kubegauge::autoscaler
