#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "kube/backoff.h"
#include "kube/clock.h"
#include "kube/random_source.h"

namespace kubegauge::kube {

// The waits of client-go's reflector: 800 ms, doubled up to 30 s, each longer by up to its whole
// length, and from the start again when none was needed for 2 minutes. Not thread-safe. Keeps
// references to both arguments.
class ReconnectBackoff {
 public:
  ReconnectBackoff(const Clock& clock, RandomSource& random);

  // The wait before the next attempt.
  std::chrono::nanoseconds Next();
  // The waits go from the start again.
  void Reset() { backoff_.reset(); }

 private:
  const Clock& clock_;
  RandomSource& random_;
  std::optional<Backoff> backoff_;
  int64_t last_ns_;
};

}  // namespace kubegauge::kube
