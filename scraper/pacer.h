#pragma once

#include <cstdint>

#include "kube/clock.h"

namespace kubegauge::scraper {

// When the next tick of a fixed interval is due. Ticks stay on the grid that the first one laid;
// ticks that were missed, because one took too long or the machine slept, collapse into one. Knows
// the time only from its clock and never waits itself. Not thread-safe.
class Pacer {
 public:
  // The first tick is due at once.
  Pacer(int64_t interval_ns, const kube::Clock& clock);

  // Nanoseconds until the next tick is due; 0 when it is due now.
  int64_t UntilDueNs() const;
  // Notes that the due tick begins now.
  void Begin();
  // When the last tick began, on the monotonic clock; nothing before the first.
  bool HasBegun() const { return begun_; }
  int64_t LastBeganNs() const { return last_began_ns_; }

 private:
  int64_t interval_ns_;
  const kube::Clock& clock_;
  int64_t due_ns_;
  bool begun_ = false;
  int64_t last_began_ns_ = 0;
};

}  // namespace kubegauge::scraper
