#pragma once

#include <chrono>

#include "kube/random_source.h"

namespace kubegauge::kube {

// Growing waits between attempts (client-go's wait.Backoff).
struct BackoffPolicy {
  std::chrono::nanoseconds initial;
  double factor = 1.0;
  double jitter = 0.0;              // each wait is longer by up to this share of it
  int steps = 1;                    // attempts, so one wait less
  std::chrono::nanoseconds cap{0};  // waits grow no further, and attempts end there; 0: no cap
};

// For TokenReview, SubjectAccessReview and their like (wire.md B.5).
inline constexpr BackoffPolicy kReviewBackoff{
    .initial = std::chrono::milliseconds(500), .factor = 1.5, .jitter = 0.2, .steps = 5};

// The waits of one policy. Not thread-safe. Keeps a reference to `random`.
class Backoff {
 public:
  Backoff(const BackoffPolicy& policy, RandomSource& random)
      : random_(random), left_(policy), duration_(policy.initial) {}

  // Whether another attempt may follow the one that was just made.
  bool MayRetry() const { return left_.steps > 1; }

  // The wait before the next attempt. When no steps are left, the last wait again.
  std::chrono::nanoseconds Next();

 private:
  RandomSource& random_;
  BackoffPolicy left_;
  std::chrono::nanoseconds duration_;
};

}  // namespace kubegauge::kube
