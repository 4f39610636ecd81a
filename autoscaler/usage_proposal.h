#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/observation.h"
#include "autoscaler/pod.h"
#include "autoscaler/sample_table.h"
#include "autoscaler/tolerance.h"
#include "autoscaler/trace.h"
#include "autoscaler/tuning.h"

namespace kubegauge::autoscaler {

// Replicas from what each pod uses: hpa.md 9.1 to 9.3.

struct UsageProposal {
  int32_t replicas = 0;
  UsageRatio measured;  // for the status: of the pods that were counted
};

// What every calculation over pods looks at.
struct PodsInScope {
  Pods pods;
  int32_t current_replicas = 0;  // of the scale's spec
  Tolerances tolerances;
  const Tuning& tuning;
  int64_t now_ns = 0;
};

// Use against a percentage of what pods request (hpa.md 9.2).
absl::StatusOr<UsageProposal> ProposeByUtilization(const PodsInScope& scope, SampleTable samples,
                                                   std::string_view resource,
                                                   std::string_view container,
                                                   int32_t target_percent, MetricTrace& trace);

// Use against an amount for each pod (hpa.md 9.3). `resource` is empty for a custom metric.
absl::StatusOr<UsageProposal> ProposeByAverage(const PodsInScope& scope, SampleTable samples,
                                               std::string_view resource, int64_t target_milli,
                                               MetricTrace& trace);

}  // namespace kubegauge::autoscaler
