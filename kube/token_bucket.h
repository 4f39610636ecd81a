#pragma once

#include <chrono>
#include <cstdint>

namespace kubegauge::kube {

// How many requests a client may send: `burst` at once, then one each `interval`.
struct RateLimit {
  std::chrono::nanoseconds interval = std::chrono::milliseconds(5);  // 200 a second
  int64_t burst = 400;
};

// A token bucket that hands out its tokens ahead of time: who takes one that has not come yet is
// told how long to wait for it, so that all are served in their order. Not thread-safe.
class TokenBucket {
 public:
  TokenBucket(const RateLimit& limit, int64_t now_ns);

  // Takes a token; returns how long to wait until it may be used, zero or more.
  std::chrono::nanoseconds Take(int64_t now_ns);

 private:
  const int64_t interval_ns_;
  const int64_t burst_ns_;  // the time that `burst` tokens take to come
  int64_t empty_at_ns_;  // when the bucket was empty last, or will be: tokens are time since then
};

}  // namespace kubegauge::kube
