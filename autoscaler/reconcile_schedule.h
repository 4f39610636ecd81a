#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <set>

#include "autoscaler/hpa_table.h"
#include "kube/object_key.h"

namespace kubegauge::autoscaler {

// When each HPA is due, as upstream's delaying queue has it (hpa.md 2.3): of several times for one
// HPA the earliest counts. Times are of whatever clock the caller uses. Not thread-safe.
class ReconcileSchedule {
 public:
  // An HPA is known by where its name is, which has to stay there until it is due or removed.
  void ScheduleBy(const HpaName& hpa, int64_t due_ns);
  void Remove(const HpaName& hpa);

  // nullopt when nothing is scheduled.
  std::optional<int64_t> NextDue() const;
  // The HPA that is due first, if it is due at `now_ns`, or nullptr; it is then scheduled no more.
  const HpaName* PopDue(int64_t now_ns);

  size_t size() const { return due_of_.size(); }

 private:
  struct Entry {
    int64_t due_ns;
    const HpaName* hpa;

    // HPAs that are due at one time in the order of their names.
    bool operator<(const Entry& other) const;
  };

  std::set<Entry> by_due_;
  boost::unordered_flat_map<const HpaName*, int64_t> due_of_;
};

// A delay in (0, period] that is an HPA's own, so that those which come at once are spread evenly.
// The period is positive.
int64_t SpreadDelay(const kube::ObjectKey& hpa, int64_t period_ns);

}  // namespace kubegauge::autoscaler
