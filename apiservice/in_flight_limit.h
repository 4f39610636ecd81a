#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace kubegauge::apiservice {

// How many requests of one kind may be under way at once. Thread-safe.
class InFlightLimit {
 public:
  // 0: any number.
  explicit InFlightLimit(size_t max) : max_(max), count_(std::make_shared<Count>(0)) {}

  // Counts a request for as long as the ticket lives, which may be longer than this object; null
  // when there are too many.
  std::shared_ptr<const void> TryEnter() {
    if (count_->fetch_add(1, std::memory_order_relaxed) >= max_ && max_ != 0) {
      count_->fetch_sub(1, std::memory_order_relaxed);
      return nullptr;
    }
    return {count_.get(),
            [count = count_](const void*) { count->fetch_sub(1, std::memory_order_relaxed); }};
  }

 private:
  using Count = std::atomic<size_t>;

  const size_t max_;
  const std::shared_ptr<Count> count_;
};

}  // namespace kubegauge::apiservice
