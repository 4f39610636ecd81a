#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "autoscaler/pod.h"
#include "autoscaler/sample_table.h"
#include "autoscaler/trace.h"
#include "autoscaler/tuning.h"

namespace kubegauge::autoscaler {

// Which pods a metric counts, and which it has to guess about (hpa.md 9.1). Indexes into the pods.
struct PodGroups {
  std::vector<uint32_t> unready;
  std::vector<uint32_t> missing;
  uint32_t ready_count = 0;
};

// Groups the pods, and takes the samples of ignored and unready ones out of `samples`. `resource`
// is empty for a custom metric. What is left out is said in `trace`.
PodGroups GroupPods(Pods pods, std::string_view resource, const Tuning& tuning, int64_t now_ns,
                    SampleTable& samples, MetricTrace& trace);

}  // namespace kubegauge::autoscaler
