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

 private:
  int64_t interval_ns_;
  const kube::Clock& clock_;
  int64_t due_ns_;
};

}  // namespace kubegauge::scraper
