#pragma once

#include <mutex>
#include <random>

namespace kubegauge::kube {

// Where jitter comes from, passed in so that tests decide it. Thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;

  // At least 0, less than 1.
  virtual double Unit() = 0;
};

// Seeded by the system. Not for secrets.
class SystemRandom final : public RandomSource {
 public:
  double Unit() override {
    const std::lock_guard lock(mutex_);
    return std::uniform_real_distribution<double>(0, 1)(engine_);
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_{std::random_device()()};
};

}  // namespace kubegauge::kube
