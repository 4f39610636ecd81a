#pragma once

#include <atomic>
#include <cstdint>

#include "kube/clock.h"

namespace kubegauge::testing {

// A clock that stands still until a test moves it.
class ManualClock final : public kube::Clock {
 public:
  explicit ManualClock(int64_t wall_ns = 1'700'000'000'000'000'000) : wall_ns_(wall_ns) {}

  int64_t WallNs() const override { return wall_ns_; }
  int64_t MonotonicNs() const override { return monotonic_ns_; }

  void Advance(int64_t ns) {
    wall_ns_ += ns;
    monotonic_ns_ += ns;
  }
  void SetWallNs(int64_t ns) { wall_ns_ = ns; }

 private:
  std::atomic<int64_t> wall_ns_;
  std::atomic<int64_t> monotonic_ns_{1'000'000'000};
};

}  // namespace kubegauge::testing
