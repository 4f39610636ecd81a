#include <utility>

#include "autoscaler/arithmetic.h"
#include "autoscaler/usage_measure.h"

namespace kubegauge::autoscaler {
namespace {

class AverageUsage final : public UsageMeasure {
 public:
  explicit AverageUsage(int64_t target_milli) : target_milli_(target_milli) {}

  absl::StatusOr<UsageRatio> Measure(const SampleTable& samples) const override {
    int64_t total = 0;
    int64_t count = 0;
    for (const SlotSample& sample : samples.slots) {
      if (!sample.present) continue;
      total = WrapAdd(total, sample.milli);
      ++count;
    }
    if (count == 0) return absl::NotFoundError("no samples");
    const int64_t average = total / count;
    return UsageRatio{
        .ratio = static_cast<double>(average) / static_cast<double>(target_milli_),
        .average = average,
    };
  }

  int64_t AssumedUse(uint32_t /*pod*/) const override { return target_milli_; }

 private:
  int64_t target_milli_;
};

}  // namespace

absl::StatusOr<UsageProposal> ProposeByAverage(const PodsInScope& scope, SampleTable samples,
                                               std::string_view resource, int64_t target_milli,
                                               MetricTrace& trace) {
  trace.target = target_milli;
  trace.target_is_per_pod = true;
  const absl::StatusOr<PodGroups> groups = GroupCountedPods(scope, resource, samples, trace);
  if (!groups.ok()) return groups.status();
  return ProposeByMeasure(scope, *groups, AverageUsage(target_milli), std::move(samples), trace);
}

}  // namespace kubegauge::autoscaler
