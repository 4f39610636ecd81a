#include "kube/reconnect_backoff.h"

#include <limits>

namespace kubegauge::kube {
namespace {

using namespace std::chrono_literals;

constexpr BackoffPolicy kPolicy{.initial = 800ms,
                                .factor = 2.0,
                                .jitter = 1.0,
                                .steps = std::numeric_limits<int>::max(),
                                .cap = 30s};
constexpr std::chrono::nanoseconds kResetAfter = 2min;

}  // namespace

ReconnectBackoff::ReconnectBackoff(const Clock& clock, RandomSource& random)
    : clock_(clock), random_(random), last_ns_(clock.MonotonicNs()) {}

std::chrono::nanoseconds ReconnectBackoff::Next() {
  const int64_t now_ns = clock_.MonotonicNs();
  if (!backoff_ || now_ns - last_ns_ > kResetAfter.count()) backoff_.emplace(kPolicy, random_);
  last_ns_ = now_ns;
  return backoff_->Next();
}

}  // namespace kubegauge::kube
