#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "apiservice/metrics_items.h"

namespace kubegauge::apiservice {

// After so many objects that are as they were it is others' turn.
inline constexpr size_t kUnchangedAtOnce = 1'000;

enum class WatchEventType { kAdded, kModified, kDeleted };
std::string_view EventName(WatchEventType type);

inline bool IsSameMeasurement(const scraper::Usage& one, const scraper::Usage& other) {
  return one.timestamp_ns == other.timestamp_ns;
}
// Of every container: the pod's own time is that of the oldest, which may repeat while others go on.
inline bool IsSameMeasurement(const scraper::PodUsage& one, const scraper::PodUsage& other) {
  const auto timestamp = [](const scraper::ContainerUsage& c) { return c.usage.timestamp_ns; };
  return std::ranges::equal(one.containers, other.containers, {}, timestamp, timestamp);
}

// What happened between two states to the objects that a watch asks for, one by one in the order of
// the API. Both states are walked side by side, so that nothing is remembered per object.
template <class Items>
class SnapshotDiff {
 public:
  SnapshotDiff(Items before, Items after) : before_(std::move(before)), after_(std::move(after)) {}

  // Goes to the next event. False behind the last, and when it is others' turn.
  bool Next() {
    size_t unchanged = 0;
    while (Pass() && (has_before_ || has_after_)) {
      const std::strong_ordering order = Order();
      passes_before_ = order <= 0;
      passes_after_ = order >= 0;
      if (order != 0 || Changed()) {
        type_ = order < 0   ? WatchEventType::kDeleted
                : order > 0 ? WatchEventType::kAdded
                            : WatchEventType::kModified;
        return true;
      }
      if (++unchanged == kUnchangedAtOnce) break;
    }
    return false;
  }
  // Whether Next, which has just given false, is to be called again, after a pause. Means nothing
  // once it has given true.
  bool is_paused() const { return passes_before_ || passes_after_; }

  WatchEventType type() const { return type_; }
  // At the object of the event; one that was deleted as it last was.
  const Items& items() const { return type_ == WatchEventType::kDeleted ? before_ : after_; }

 private:
  std::strong_ordering Order() const {
    if (!has_after_) return std::strong_ordering::less;
    if (!has_before_) return std::strong_ordering::greater;
    const kube::ObjectMeta& other = after_.meta();
    return kube::ComparePlaces(before_.meta(), other.namespace_name(), other.name());
  }
  bool Changed() const {
    return !IsSameMeasurement(before_.usage(), after_.usage()) || &before_.meta() != &after_.meta();
  }
  // False: the items are paused.
  bool Pass() {
    if (passes_before_) {
      has_before_ = before_.Next();
      passes_before_ = !has_before_ && before_.is_paused();
    }
    if (passes_after_ && !passes_before_) {
      has_after_ = after_.Next();
      passes_after_ = !has_after_ && after_.is_paused();
    }
    return !is_paused();
  }

  Items before_;
  Items after_;
  bool has_before_ = false;
  bool has_after_ = false;
  bool passes_before_ = true;
  bool passes_after_ = true;
  WatchEventType type_ = WatchEventType::kAdded;
};

}  // namespace kubegauge::apiservice
