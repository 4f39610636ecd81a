#include "scraper/pacer.h"

#include <algorithm>

namespace kubegauge::scraper {

Pacer::Pacer(int64_t interval_ns, const kube::Clock& clock)
    : interval_ns_(interval_ns), clock_(clock), due_ns_(clock.MonotonicNs()) {}

int64_t Pacer::UntilDueNs() const { return std::max<int64_t>(0, due_ns_ - clock_.MonotonicNs()); }

void Pacer::Begin() {
  const int64_t late_ns = std::max<int64_t>(0, clock_.MonotonicNs() - due_ns_);
  const int64_t ticks_passed = late_ns / interval_ns_;
  due_ns_ += (ticks_passed + 1) * interval_ns_;
}

}  // namespace kubegauge::scraper
