#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "autoscaler/pod_groups.h"
#include "autoscaler/sample_table.h"
#include "autoscaler/usage_proposal.h"

namespace kubegauge::autoscaler {

// Where the calculations of hpa.md 9.2 and 9.3 differ.
class UsageMeasure {
 public:
  virtual ~UsageMeasure() = default;
  virtual absl::StatusOr<UsageRatio> Measure(const SampleTable& samples) const = 0;
  // What a pod without a sample is taken to use when the others use less than the target.
  virtual int64_t AssumedUse(uint32_t pod) const = 0;
};

// The pods grouped, or why nothing can be said about them.
absl::StatusOr<PodGroups> GroupCountedPods(const PodsInScope& scope, std::string_view resource,
                                           SampleTable& samples, MetricTrace& trace);

// The part of the calculation that follows the grouping, which both have in common.
absl::StatusOr<UsageProposal> ProposeByMeasure(const PodsInScope& scope, const PodGroups& groups,
                                               const UsageMeasure& measure, SampleTable samples,
                                               MetricTrace& trace);

}  // namespace kubegauge::autoscaler
