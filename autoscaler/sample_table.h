#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "autoscaler/observation.h"
#include "autoscaler/pod.h"

namespace kubegauge::autoscaler {

// Samples belong to slots: one for each pod, in the pods' order, then one for each other name that
// samples carry ("extraneous" ones, hpa.md 9.1).
struct SampleSlots {
  size_t pod_count = 0;
  size_t slot_count = 0;
  std::vector<uint32_t> slot_of_sample;  // for each name asked for
};

// Where the samples of these names belong. Fast where pods and names come in one order.
SampleSlots AssignSlots(Pods pods, const std::vector<std::string_view>& sample_names);

// What one metric says of one slot.
struct SlotSample {
  int64_t milli = 0;
  int64_t timestamp_ns = 0;
  int64_t window_ns = 0;
  bool present = false;
};

// The same of each slot.
struct SampleTable {
  size_t pod_count = 0;
  std::vector<SlotSample> slots;

  size_t CountPresent() const;
};

// The use of `resource` by whole pods, or by the container `container` where it is not empty
// (hpa.md 8.1).
SampleTable ResourceSamples(const PodUsageList& usage, const SampleSlots& slots,
                            std::string_view resource, std::string_view container);

// The values of a custom metric of pods.
SampleTable PodSamples(const std::vector<PodMetric>& samples, Pods pods);

}  // namespace kubegauge::autoscaler
