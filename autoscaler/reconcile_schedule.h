#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace kubegauge::autoscaler {

// When each HPA is due, as upstream's delaying queue has it (hpa.md 2.3): of several times for one
// key the earliest counts. Times are of whatever clock the caller uses. Not thread-safe.
class ReconcileSchedule {
 public:
  // The key has to stay where it is until it is due or removed.
  void ScheduleBy(std::string_view key, int64_t due_ns);
  void Remove(std::string_view key);

  // nullopt when nothing is scheduled.
  std::optional<int64_t> NextDue() const;
  // The key that is due first, if it is due at `now_ns`; it is then scheduled no more.
  std::optional<std::string_view> PopDue(int64_t now_ns);

  size_t size() const { return due_of_.size(); }

 private:
  std::set<std::pair<int64_t, std::string_view>> by_due_;
  boost::unordered_flat_map<std::string_view, int64_t> due_of_;
};

// A delay in (0, period] that is a key's own, so that keys which come at once are spread evenly.
int64_t SpreadDelay(std::string_view key, int64_t period_ns);

}  // namespace kubegauge::autoscaler
