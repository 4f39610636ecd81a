#include "kube/backoff.h"

#include <cstdint>

namespace kubegauge::kube {
namespace {

using std::chrono::nanoseconds;

// Saturates at some 73 years.
nanoseconds Scaled(nanoseconds duration, double factor) {
  constexpr double kMaxNs = static_cast<double>(int64_t{1} << 61);
  const double scaled = static_cast<double>(duration.count()) * factor;
  return nanoseconds(scaled < kMaxNs ? static_cast<int64_t>(scaled) : int64_t{1} << 61);
}

}  // namespace

nanoseconds Backoff::Next() {
  const nanoseconds wait = duration_;
  if (left_.steps > 0) {
    --left_.steps;
    duration_ = Scaled(duration_, left_.factor);
    if (left_.cap.count() > 0 && duration_ > left_.cap) {
      duration_ = left_.cap;
      left_.steps = 0;
    }
  }
  if (left_.jitter <= 0) return wait;
  return wait + Scaled(wait, left_.jitter * random_.Unit());
}

}  // namespace kubegauge::kube
