#pragma once

#include <atomic>
#include <cstddef>

namespace kubegauge::apiservice {

// How many bytes some requests or answers may hold in memory together. Thread-safe.
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

// One holder's part of a budget, given back at the end. The budget outlives it.
class BudgetShare {
 public:
  explicit BudgetShare(ByteBudget& budget) : budget_(budget) {}
  ~BudgetShare() { Release(); }
  BudgetShare(const BudgetShare&) = delete;
  BudgetShare& operator=(const BudgetShare&) = delete;

  size_t bytes() const { return bytes_; }
  // Makes the share at least `bytes`; false, and no change, when the budget has not enough left.
  bool GrowTo(size_t bytes) { return bytes <= bytes_ || Resize(bytes); }
  // Makes it exactly that; likewise.
  bool Resize(size_t bytes) {
    if (bytes > bytes_ && !budget_.TryTake(bytes - bytes_)) return false;
    if (bytes < bytes_) budget_.Give(bytes_ - bytes);
    bytes_ = bytes;
    return true;
  }
  void Release() { Resize(0); }

 private:
  ByteBudget& budget_;
  size_t bytes_ = 0;
};

}  // namespace kubegauge::apiservice
