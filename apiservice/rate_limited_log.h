#pragma once

#include <spdlog/logger.h>

#include <mutex>
#include <string_view>

#include "kube/clock.h"
#include "scraper/log_limiter.h"

namespace kubegauge::apiservice {

// A log that clients cannot flood: of each kind of message one in ten seconds is written, which
// tells how many were held back, if any. Thread-safe; keeps references.
class RateLimitedLog {
 public:
  RateLimitedLog(spdlog::logger& log, const kube::Clock& clock);

  // Writes `message`, a constant text that is the kind too, with `error=<error>`.
  void Write(spdlog::level::level_enum level, std::string_view message, std::string_view error);

 private:
  spdlog::logger& log_;
  std::mutex mutex_;
  scraper::LogLimiter limiter_;
};

}  // namespace kubegauge::apiservice
