#pragma once

#include <cstdint>
#include <string_view>

namespace kubegauge::autoscaler {

// How often HPAs are looked at.
struct Cadence {
  int64_t sync_period_ns = 15'000'000'000;
  // Also as soon as fresh samples of an HPA's pods arrive, and at once when it is new or edited.
  bool react_to_samples = false;
  // Whether SamplesArrived will be called. Without, an HPA that is to react is looked at as often
  // as its own minimum period allows.
  bool samples_are_announced = false;
};

// The annotation with an HPA's own minimum period, a Go duration; only with react_to_samples.
inline constexpr std::string_view kSyncPeriodAnnotation = "kubegauge.io/sync-period";

}  // namespace kubegauge::autoscaler
