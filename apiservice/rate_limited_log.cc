#include "apiservice/rate_limited_log.h"

#include <chrono>
#include <optional>

namespace kubegauge::apiservice {
namespace {

constexpr int64_t kIntervalNs = std::chrono::nanoseconds(std::chrono::seconds(10)).count();
constexpr size_t kMaxKinds = 64;

}  // namespace

RateLimitedLog::RateLimitedLog(spdlog::logger& log, const kube::Clock& clock)
    : log_(log), limiter_(kIntervalNs, kMaxKinds, clock) {}

void RateLimitedLog::Write(spdlog::level::level_enum level, std::string_view message,
                           std::string_view error) {
  if (!log_.should_log(level)) return;
  std::optional<uint64_t> held_back;
  {
    const std::lock_guard lock(mutex_);
    held_back = limiter_.Admit(message);
  }
  if (!held_back.has_value()) return;
  if (*held_back == 0) {
    log_.log(level, "{} error=\"{}\"", message, error);
  } else {
    log_.log(level, "{} error=\"{}\" held_back={}", message, error, *held_back);
  }
}

}  // namespace kubegauge::apiservice
