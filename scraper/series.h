#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "scraper/sample.h"

namespace kubegauge::scraper {

// The two points of a node or container that a rate needs (wire.md C.6). 64 bytes, a cache line: a
// cluster has 300,000 of them.
struct Series {
  UsagePoint last;
  // Of the earlier point; no rate without one. Its memory is not kept, as nothing is made of it.
  int64_t previous_timestamp_ns = kNoTimestamp;
  int64_t previous_start_time_ns = 0;
  uint64_t previous_cpu_ns = 0;
  // The newest sample named this container but could not read it.
  bool left_out = false;
  // How many of the newest samples told damaged figures of it.
  uint8_t damaged_samples = 0;
  uint32_t identity = 0;  // ContainerSample.identity

  static constexpr int64_t kNoTimestamp = INT64_MIN;
  bool has_previous() const { return previous_timestamp_ns != kNoTimestamp; }
};

// What is served of a series.
struct Usage {
  uint64_t cpu_nanocores = 0;
  uint64_t working_set_bytes = 0;
  int64_t timestamp_ns = 0;  // of the last point
  int64_t window_ns = 0;     // between the two points
};

// The series of a node after `point` arrived; `old` is null for a node seen for the first time.
Series AdvanceNode(const Series* old, const UsagePoint& point);

// The same for a container. A container younger than the resolution and at least 10 s old gets its
// start as the earlier point, so that it is served at once; one that restarted begins anew.
//
// Where a container has an identity, that says what restarted, and one that has points already is
// not taken as young: its start may stem from a clock that was set back since.
Series AdvanceContainer(const Series* old, const UsagePoint& point, int64_t resolution_ns,
                        uint32_t identity = 0);

// The usage between the two points, CPU truncated to whole nanocores as upstream computes it. An
// error when the series has no earlier point, when its CPU counter went backwards, or its start by
// a second or more, and when the times or counters are such as no machine has. For any points
// whatever.
//
// Upstream takes every earlier start, and one that is unknown now, for an error. Here the same
// container's may come from another endpoint, or from an agent that began anew and is sure of none:
// but for its summary, in which there has to be a start, the node's then.
absl::StatusOr<Usage> ComputeUsage(const Series& series);

}  // namespace kubegauge::scraper
