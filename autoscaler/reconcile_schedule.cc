#include "autoscaler/reconcile_schedule.h"

#include <string_view>

namespace kubegauge::autoscaler {

bool ReconcileSchedule::Entry::operator<(const Entry& other) const {
  if (due_ns != other.due_ns) return due_ns < other.due_ns;
  return kube::ObjectKey(*hpa) < kube::ObjectKey(*other.hpa);
}

void ReconcileSchedule::ScheduleBy(const HpaName& hpa, int64_t due_ns) {
  const auto [known, added] = due_of_.try_emplace(&hpa, due_ns);
  if (!added) {
    if (known->second <= due_ns) return;
    by_due_.erase({known->second, &hpa});
    known->second = due_ns;
  }
  by_due_.insert({due_ns, &hpa});
}

void ReconcileSchedule::Remove(const HpaName& hpa) {
  const auto known = due_of_.find(&hpa);
  if (known == due_of_.end()) return;
  by_due_.erase({known->second, &hpa});
  due_of_.erase(known);
}

std::optional<int64_t> ReconcileSchedule::NextDue() const {
  if (by_due_.empty()) return std::nullopt;
  return by_due_.begin()->due_ns;
}

const HpaName* ReconcileSchedule::PopDue(int64_t now_ns) {
  if (by_due_.empty() || by_due_.begin()->due_ns > now_ns) return nullptr;
  const HpaName* const hpa = by_due_.begin()->hpa;
  by_due_.erase(by_due_.begin());
  due_of_.erase(hpa);
  return hpa;
}

int64_t SpreadDelay(const kube::ObjectKey& hpa, int64_t period_ns) {
  uint64_t hash = 14695981039346656037u;  // FNV-1a: the same in every process
  for (const std::string_view text : {hpa.namespace_name, std::string_view("/"), hpa.name}) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  hash ^= hash >> 32;
  return 1 + static_cast<int64_t>(hash % static_cast<uint64_t>(period_ns));
}

}  // namespace kubegauge::autoscaler
