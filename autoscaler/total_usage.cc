#include "autoscaler/total_usage.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "autoscaler/arithmetic.h"

namespace kubegauge::autoscaler {
namespace {

constexpr int64_t kMaxInt64 = std::numeric_limits<int64_t>::max();

int64_t CountReady(Pods pods) {
  return std::count_if(pods.begin(), pods.end(), [](const PodPtr& pod) {
    return pod->phase == PodPhase::kRunning && pod->ready == ReadyStatus::kTrue;
  });
}

int64_t ReportedUse(double usage, double pods, Overflow overflow) {
  constexpr auto kLimit = static_cast<double>(kMaxInt64);  // 2^63
  if (overflow == Overflow::kSaturate && usage >= kLimit) return kMaxInt64;
  return ToInt64(std::ceil(usage / pods));
}

}  // namespace

int64_t SumForValue(const std::vector<int64_t>& milli) {
  int64_t sum = 0;
  for (const int64_t value : milli) {
    if (sum > 0 && value > kMaxInt64 - sum) return kMaxInt64;
    sum = WrapAdd(sum, value);
  }
  return sum;
}

int64_t SumForAverageValue(const std::vector<int64_t>& milli) {
  int64_t sum = 0;
  for (const int64_t value : milli) {
    sum = WrapAdd(sum, value);
    if (sum < 0) return kMaxInt64;
  }
  return sum;
}

absl::StatusOr<int32_t> ProposeByTotal(const PodsInScope& scope, int64_t usage_milli,
                                       int64_t target_milli, MetricTrace& trace) {
  trace.target = target_milli;
  trace.total_milli = usage_milli;
  const double ratio = static_cast<double>(usage_milli) / static_cast<double>(target_milli);
  trace.measured = UsageRatio{.ratio = ratio, .average = usage_milli};
  if (scope.current_replicas == 0) return SaturateToInt32(std::ceil(ratio));
  trace.within_tolerance = scope.tolerances.Within(ratio);
  if (trace.within_tolerance) return scope.current_replicas;
  if (scope.pods.empty()) {
    return absl::NotFoundError(
        "unable to calculate ready pods: no pods returned by selector while calculating replica "
        "count");
  }
  const int64_t ready = CountReady(scope.pods);
  trace.ready_pods = static_cast<uint32_t>(ready);
  return SaturateToInt32(std::ceil(ratio * static_cast<double>(ready)));
}

PerPodProposal ProposePerPod(const Tolerances& tolerances, int64_t usage_milli,
                             int64_t target_milli, int32_t status_replicas, Overflow overflow,
                             MetricTrace& trace) {
  trace.target = target_milli;
  trace.target_is_per_pod = true;
  trace.total_milli = usage_milli;
  const auto usage = static_cast<double>(usage_milli);
  const auto target = static_cast<double>(target_milli);
  const auto pods = static_cast<double>(status_replicas);
  const double ratio = usage / (target * pods);
  const int64_t reported = ReportedUse(usage, pods, overflow);
  trace.measured = UsageRatio{.ratio = ratio, .average = reported};
  trace.within_tolerance = tolerances.Within(ratio);
  const int32_t replicas =
      trace.within_tolerance ? status_replicas : SaturateToInt32(std::ceil(usage / target));
  return {replicas, reported};
}

}  // namespace kubegauge::autoscaler
