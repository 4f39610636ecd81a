#include "scraper/log_limiter.h"

namespace kubegauge::scraper {
LogLimiter::LogLimiter(int64_t interval_ns, size_t max_keys, const kube::Clock& clock)
    : interval_ns_(interval_ns), max_keys_(max_keys), clock_(clock) {}

std::optional<uint64_t> LogLimiter::Admit(std::string_view key) {
  const int64_t now_ns = clock_.MonotonicNs();
  const auto record = records_.find(key);
  if (record != records_.end()) return Admit(record->second, now_ns);
  if (records_.size() >= max_keys_) ForgetOld(now_ns);
  if (records_.size() < max_keys_) {
    records_.emplace(std::string(key), Record{now_ns});
    return 0;
  }
  if (shared_) return Admit(*shared_, now_ns);
  shared_ = Record{now_ns};
  return 0;
}

std::optional<uint64_t> LogLimiter::Admit(Record& record, int64_t now_ns) const {
  if (now_ns - record.written_at_ns < interval_ns_) {
    ++record.held_back;
    return std::nullopt;
  }
  const uint64_t held_back = record.held_back;
  record = {.written_at_ns = now_ns};
  return held_back;
}

void LogLimiter::ForgetOld(int64_t now_ns) {
  std::erase_if(records_, [&](const auto& entry) {
    return now_ns - entry.second.written_at_ns >= interval_ns_;
  });
}

}  // namespace kubegauge::scraper
