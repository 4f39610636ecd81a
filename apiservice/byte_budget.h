#pragma once

#include <atomic>
#include <cstddef>

namespace kubegauge::apiservice {

// How many bytes some answers may hold in memory together. Thread-safe.
class ByteBudget {
 public:
  explicit ByteBudget(size_t bytes) : left_(bytes) {}

  bool TryTake(size_t bytes) {
    size_t left = left_.load(std::memory_order_relaxed);
    while (left >= bytes) {
      if (left_.compare_exchange_weak(left, left - bytes, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  void Give(size_t bytes) { left_.fetch_add(bytes, std::memory_order_relaxed); }

 private:
  std::atomic<size_t> left_;
};

}  // namespace kubegauge::apiservice
