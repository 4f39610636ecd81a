#pragma once

#include <cstdint>

#include "kube/time_units.h"
#include "scraper/sample.h"

namespace kubegauge::scraper {

// The time over which a kubelet computes its own rates: that between two readings of cAdvisor,
// whose housekeeping interval is 10 s in a kubelet.
inline constexpr int64_t kInstantaneousWindowNs = 10 * kube::kNsPerSecond;

// The points that a node would have been sampled at one window before `sample` for it to have the
// rates that `rates`, the kubelet's summary, tells: with them, one scrape is enough to serve usage,
// marked with its true window. Containers without a rate, or younger than the window, have no
// point. `history` is overwritten; its names are those of `sample`.
//
// A rate of 0 counts only of a container that has been idle ever since it started, some time ago:
// of others it may mean that the kubelet knows none.
void FillInstantaneousHistory(const Sample& sample, const Sample& rates, Sample& history);

}  // namespace kubegauge::scraper
