#include "scraper/log_limiter.h"

namespace kubegauge::scraper {
namespace {

constexpr std::string_view kSharedKey;

}  // namespace

LogLimiter::LogLimiter(int64_t interval_ns, size_t max_keys, const kube::Clock& clock)
    : interval_ns_(interval_ns), max_keys_(max_keys), clock_(clock) {}

std::optional<uint64_t> LogLimiter::Admit(std::string_view key) {
  const int64_t now_ns = clock_.MonotonicNs();
  auto record = records_.find(key);
  if (record == records_.end()) {
    if (records_.size() >= max_keys_) ForgetOld(now_ns);
    if (records_.size() >= max_keys_) key = kSharedKey;
    const auto [added, is_new] = records_.try_emplace(std::string(key), Record{now_ns});
    if (is_new) return 0;
    record = added;
  }
  if (now_ns - record->second.written_at_ns < interval_ns_) {
    ++record->second.held_back;
    return std::nullopt;
  }
  const uint64_t held_back = record->second.held_back;
  record->second = {.written_at_ns = now_ns};
  return held_back;
}

void LogLimiter::ForgetOld(int64_t now_ns) {
  std::erase_if(records_, [&](const auto& entry) {
    return now_ns - entry.second.written_at_ns >= interval_ns_;
  });
}

}  // namespace kubegauge::scraper
