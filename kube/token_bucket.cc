#include "kube/token_bucket.h"

#include <algorithm>

namespace kubegauge::kube {

TokenBucket::TokenBucket(const RateLimit& limit, int64_t now_ns)
    : interval_ns_(limit.interval.count()),
      burst_ns_(std::max<int64_t>(limit.burst, 1) * interval_ns_),
      empty_at_ns_(now_ns - burst_ns_) {}

std::chrono::nanoseconds TokenBucket::Take(int64_t now_ns) {
  empty_at_ns_ = std::max(empty_at_ns_, now_ns - burst_ns_) + interval_ns_;
  return std::chrono::nanoseconds(std::max<int64_t>(0, empty_at_ns_ - now_ns));
}

}  // namespace kubegauge::kube
