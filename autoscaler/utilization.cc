#include <algorithm>
#include <utility>

#include "autoscaler/arithmetic.h"
#include "autoscaler/requested_amounts.h"
#include "autoscaler/usage_measure.h"

namespace kubegauge::autoscaler {
namespace {

class Utilization final : public UsageMeasure {
 public:
  Utilization(std::vector<int64_t> requests, int32_t target_percent)
      : requests_(std::move(requests)), target_percent_(target_percent) {}

  // The ratio is that of the truncated percentage, as upstream's.
  absl::StatusOr<UsageRatio> Measure(const SampleTable& samples) const override {
    int64_t use = 0;
    int64_t requested = 0;
    int64_t count = 0;
    for (size_t pod = 0; pod < samples.pod_count; ++pod) {
      if (!samples.slots[pod].present) continue;
      use = WrapAdd(use, samples.slots[pod].milli);
      requested = WrapAdd(requested, requests_[pod]);
      ++count;
    }
    if (requested == 0) return absl::NotFoundError("no metrics returned matched known pods");
    const auto percent = static_cast<int32_t>(Quotient(WrapMultiply(use, 100), requested));
    return UsageRatio{
        .ratio = static_cast<double>(percent) / static_cast<double>(target_percent_),
        .average = use / count,
        .utilization_percent = percent,
    };
  }

  int64_t AssumedUse(uint32_t pod) const override {
    return Quotient(WrapMultiply(requests_[pod], std::max(100, target_percent_)), 100);
  }

 private:
  std::vector<int64_t> requests_;
  int32_t target_percent_;
};

// Of the pods that have a raw value, which are in the pods' order.
void TraceRequests(Pods pods, const std::vector<int64_t>& requests, MetricTrace& trace) {
  auto value = trace.raw_values.begin();
  for (size_t pod = 0; pod < pods.size() && value != trace.raw_values.end(); ++pod) {
    if (value->pod == pods[pod]->name) (value++)->request_milli = requests[pod];
  }
}

}  // namespace

absl::StatusOr<UsageProposal> ProposeByUtilization(const PodsInScope& scope, SampleTable samples,
                                                   std::string_view resource,
                                                   std::string_view container,
                                                   int32_t target_percent, MetricTrace& trace) {
  trace.target = target_percent;
  trace.target_is_percent = true;
  const absl::StatusOr<PodGroups> groups = GroupCountedPods(scope, resource, samples, trace);
  if (!groups.ok()) return groups.status();
  absl::StatusOr<std::vector<int64_t>> requests = RequestedAmounts(scope.pods, resource, container);
  if (!requests.ok()) return requests.status();
  TraceRequests(scope.pods, *requests, trace);
  return ProposeByMeasure(scope, *groups, Utilization(*std::move(requests), target_percent),
                          std::move(samples), trace);
}

}  // namespace kubegauge::autoscaler
