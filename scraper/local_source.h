#pragma once

#include <spdlog/logger.h>

#include <memory>

#include "cgroup/node_reader.h"
#include "kube/clock.h"
#include "scraper/log_limiter.h"
#include "scraper/source.h"

namespace kubegauge::scraper {

// Samples this machine by its own cgroup files. Reading them blocks for milliseconds: run it on a
// thread that may. Failures of single files are counted, and logged at most once a minute for each
// file.
class LocalSource final : public Source {
 public:
  // Keeps references to `clock` and `log`.
  LocalSource(std::unique_ptr<cgroup::NodeReader> reader, const kube::Clock& clock,
              spdlog::logger& log);

  boost::asio::awaitable<absl::StatusOr<const Sample*>> Collect() override;

  // What the last Collect read, with what a Sample does not carry: kinds, uids, container ids.
  const cgroup::NodeReading& reading() const { return reading_; }
  // Files that could not be read, and counters that went backwards, since the start.
  uint64_t failures() const { return failures_; }

 private:
  void LogFailures();

  std::unique_ptr<cgroup::NodeReader> reader_;
  spdlog::logger& log_;
  LogLimiter limiter_;
  uint64_t failures_ = 0;
  cgroup::NodeReading reading_;
  Sample sample_;
};

// The sample that a reading makes; its names are views into `reading`.
void FillSample(const cgroup::NodeReading& reading, Sample& sample);

}  // namespace kubegauge::scraper
