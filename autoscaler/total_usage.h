#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/trace.h"
#include "autoscaler/usage_proposal.h"

namespace kubegauge::autoscaler {

// Replicas from one value for all pods together, of Object and External metrics: hpa.md 9.4, 9.5.

// Upstream guards these calculations against overflow for External metrics only.
enum class Overflow : uint8_t { kWrap, kSaturate };

// The sum of an External metric's values for a Value target: stops at the largest int64.
int64_t SumForValue(const std::vector<int64_t>& milli);

// The same for an AverageValue target, where a sum below zero counts as the largest int64 too.
int64_t SumForAverageValue(const std::vector<int64_t>& milli);

// A Value target (hpa.md 9.4).
absl::StatusOr<int32_t> ProposeByTotal(const PodsInScope& scope, int64_t usage_milli,
                                       int64_t target_milli, MetricTrace& trace);

struct PerPodProposal {
  int32_t replicas = 0;
  int64_t reported_milli = 0;  // the use a pod, for the status
};

// An AverageValue target (hpa.md 9.5). `status_replicas` is of the scale's status.
PerPodProposal ProposePerPod(const Tolerances& tolerances, int64_t usage_milli,
                             int64_t target_milli, int32_t status_replicas, Overflow overflow,
                             MetricTrace& trace);

}  // namespace kubegauge::autoscaler
