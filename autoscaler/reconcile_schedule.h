#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "autoscaler/hpa_table.h"

namespace kubegauge::autoscaler {

// When each HPA is due, as upstream's delaying queue has it (hpa.md 2.3): of several times for one
// key the earliest counts. Times are of whatever clock the caller uses. Not thread-safe.
class ReconcileSchedule {
 public:
  void ScheduleBy(std::string_view key, int64_t due_ns);
  void Remove(std::string_view key);

  // nullopt when nothing is scheduled.
  std::optional<int64_t> NextDue() const;
  // The key that is due first, if it is due at `now_ns`; it is then scheduled no more.
  std::optional<std::string> PopDue(int64_t now_ns);

  size_t size() const { return due_of_.size(); }

 private:
  using DueOf = TextTable<int64_t>;

  // Views of the keys of due_of_, whose nodes stay where they are.
  std::set<std::pair<int64_t, std::string_view>> by_due_;
  DueOf due_of_;
};

// A delay in (0, period] that is a key's own, so that keys which come at once are spread evenly.
int64_t SpreadDelay(std::string_view key, int64_t period_ns);

}  // namespace kubegauge::autoscaler
