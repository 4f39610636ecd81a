#pragma once

#include <chrono>
#include <cstdint>

namespace kubegauge::kube {

// The two clocks of a program, passed in wherever time is read, so that tests decide what time it
// is. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // Nanoseconds since the Unix epoch, UTC. May jump; for timestamps that leave the program.
  virtual int64_t WallNs() const = 0;

  // Nanoseconds since an arbitrary origin. Never goes back; for intervals, deadlines and staleness.
  virtual int64_t MonotonicNs() const = 0;
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  int64_t WallNs() const override {
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  int64_t MonotonicNs() const override {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
};

}  // namespace kubegauge::kube
