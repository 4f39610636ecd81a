#include "autoscaler/usage_measure.h"

#include <cmath>
#include <optional>
#include <utility>

#include "autoscaler/arithmetic.h"

namespace kubegauge::autoscaler {
namespace {

int32_t Ceil(double replicas) { return SaturateToInt32(std::ceil(replicas)); }

// Assumes what works against the change: pods without a sample use all they may when the others
// use little, and nothing when the others use much; unready pods use nothing.
void FillIn(const PodGroups& groups, const UsageMeasure& measure, double ratio, bool with_unready,
            SampleTable& samples) {
  for (const uint32_t pod : groups.missing) {
    if (ratio < 1.0) {
      samples.slots[pod] = {.milli = measure.AssumedUse(pod), .present = true};
    } else if (ratio > 1.0) {
      samples.slots[pod] = {.present = true};
    }
  }
  if (!with_unready) return;
  for (const uint32_t pod : groups.unready) samples.slots[pod] = {.present = true};
}

bool ChangesDirection(double before, double after) {
  return (before < 1.0 && after > 1.0) || (before > 1.0 && after < 1.0);
}

void TraceRawValues(Pods pods, const SampleTable& samples, MetricTrace& trace) {
  for (size_t pod = 0; pod < pods.size(); ++pod) {
    const SlotSample& sample = samples.slots[pod];
    if (!sample.present) continue;
    trace.raw_values.push_back(
        {.pod = pods[pod]->name, .milli = sample.milli, .request_milli = std::nullopt});
  }
}

int32_t WithFilledIn(const PodsInScope& scope, double before, double after, size_t sample_count,
                     MetricTrace& trace) {
  trace.within_tolerance = scope.tolerances.Within(after);
  if (trace.within_tolerance || ChangesDirection(before, after)) return scope.current_replicas;
  const int32_t replicas = Ceil(after * static_cast<double>(sample_count));
  const bool against_ratio = (after < 1.0 && replicas > scope.current_replicas) ||
                             (after > 1.0 && replicas < scope.current_replicas);
  return against_ratio ? scope.current_replicas : replicas;
}

}  // namespace

absl::StatusOr<PodGroups> GroupCountedPods(const PodsInScope& scope, std::string_view resource,
                                           SampleTable& samples, MetricTrace& trace) {
  if (scope.pods.empty()) {
    return absl::NotFoundError("no pods returned by selector while calculating replica count");
  }
  if (scope.tuning.trace_raw_values) TraceRawValues(scope.pods, samples, trace);
  PodGroups groups = GroupPods(scope.pods, resource, scope.tuning, scope.now_ns, samples, trace);
  if (trace.samples == 0) {
    return absl::NotFoundError("did not receive metrics for targeted pods (pods might be unready)");
  }
  return groups;
}

absl::StatusOr<UsageProposal> ProposeByMeasure(const PodsInScope& scope, const PodGroups& groups,
                                               const UsageMeasure& measure, SampleTable samples,
                                               MetricTrace& trace) {
  absl::StatusOr<UsageRatio> measured = measure.Measure(samples);
  if (!measured.ok()) return measured.status();
  trace.measured = *measured;
  const double ratio = measured->ratio;
  const bool up_with_unready = !groups.unready.empty() && ratio > 1.0;
  if (!up_with_unready && groups.missing.empty()) {
    trace.within_tolerance = scope.tolerances.Within(ratio);
    const int32_t replicas = trace.within_tolerance
                                 ? scope.current_replicas
                                 : Ceil(ratio * static_cast<double>(groups.ready_count));
    return UsageProposal{replicas, *measured};
  }
  FillIn(groups, measure, ratio, up_with_unready, samples);
  absl::StatusOr<UsageRatio> filled = measure.Measure(samples);
  if (!filled.ok()) return filled.status();
  trace.with_left_out = *filled;
  const int32_t replicas = WithFilledIn(scope, ratio, filled->ratio, samples.CountPresent(), trace);
  return UsageProposal{replicas, *measured};
}

}  // namespace kubegauge::autoscaler
