#include "scraper/pacer.h"

#include <algorithm>

namespace kubegauge::scraper {

Pacer::Pacer(int64_t interval_ns, const kube::Clock& clock)
    : interval_ns_(interval_ns), clock_(clock), due_ns_(clock.MonotonicNs()) {}

int64_t Pacer::UntilDueNs() const { return std::max<int64_t>(0, due_ns_ - clock_.MonotonicNs()); }

void Pacer::Begin() {
  last_began_ns_ = clock_.MonotonicNs();
  begun_ = true;
  const int64_t ticks_passed = std::max<int64_t>(0, last_began_ns_ - due_ns_) / interval_ns_;
  due_ns_ += (ticks_passed + 1) * interval_ns_;
}

}  // namespace kubegauge::scraper
