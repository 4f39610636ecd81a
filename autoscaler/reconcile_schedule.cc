#include "autoscaler/reconcile_schedule.h"

namespace kubegauge::autoscaler {

void ReconcileSchedule::ScheduleBy(std::string_view key, int64_t due_ns) {
  const auto [known, added] = due_of_.try_emplace(key, due_ns);
  if (!added) {
    if (known->second <= due_ns) return;
    by_due_.erase({known->second, key});
    known->second = due_ns;
  }
  by_due_.emplace(due_ns, known->first);
}

void ReconcileSchedule::Remove(std::string_view key) {
  const auto known = due_of_.find(key);
  if (known == due_of_.end()) return;
  by_due_.erase({known->second, known->first});
  due_of_.erase(known);
}

std::optional<int64_t> ReconcileSchedule::NextDue() const {
  if (by_due_.empty()) return std::nullopt;
  return by_due_.begin()->first;
}

std::optional<std::string_view> ReconcileSchedule::PopDue(int64_t now_ns) {
  if (by_due_.empty() || by_due_.begin()->first > now_ns) return std::nullopt;
  const std::string_view key = by_due_.begin()->second;
  by_due_.erase(by_due_.begin());
  due_of_.erase(key);
  return key;
}

int64_t SpreadDelay(std::string_view key, int64_t period_ns) {
  uint64_t hash = 14695981039346656037u;  // FNV-1a: the same in every process
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  hash ^= hash >> 32;
  return 1 + static_cast<int64_t>(hash % static_cast<uint64_t>(period_ns));
}

}  // namespace kubegauge::autoscaler
