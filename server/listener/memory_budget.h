#pragma once

#include <atomic>
#include <cstddef>

namespace kubegauge::server {

// Bytes that many connections may hold together. Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(size_t bytes) : left_(bytes) {}

  bool Take(size_t bytes) {
    size_t left = left_.load(std::memory_order_relaxed);
    do {
      if (bytes > left) return false;
    } while (!left_.compare_exchange_weak(left, left - bytes, std::memory_order_relaxed));
    return true;
  }
  void Give(size_t bytes) { left_.fetch_add(bytes, std::memory_order_relaxed); }

 private:
  std::atomic<size_t> left_;
};

// One connection's part of a budget, given back at the end. The budget outlives it.
class BudgetShare {
 public:
  explicit BudgetShare(MemoryBudget& budget) : budget_(budget) {}
  ~BudgetShare() { Release(); }
  BudgetShare(const BudgetShare&) = delete;
  BudgetShare& operator=(const BudgetShare&) = delete;

  // Makes the share at least `bytes`; false, and no change, when the budget has not enough left.
  bool GrowTo(size_t bytes) { return bytes <= held_ || Resize(bytes); }
  // Makes it exactly that; likewise.
  bool Resize(size_t bytes) {
    if (bytes > held_ && !budget_.Take(bytes - held_)) return false;
    if (bytes < held_) budget_.Give(held_ - bytes);
    held_ = bytes;
    return true;
  }
  void Release() {
    if (held_ > 0) budget_.Give(held_);
    held_ = 0;
  }

 private:
  MemoryBudget& budget_;
  size_t held_ = 0;
};

}  // namespace kubegauge::server
