#pragma once

#include <prometheus/collectable.h>

#include <filesystem>
#include <vector>

namespace kubegauge::server {

// The process_* metrics that every Prometheus client library has: CPU, memory, descriptors, start.
// What cannot be read is left out. Thread-safe.
class ProcessMetrics final : public prometheus::Collectable {
 public:
  // `proc` is the file system, "/proc" but in tests.
  explicit ProcessMetrics(std::filesystem::path proc = "/proc") : proc_(std::move(proc)) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::filesystem::path proc_;
};

}  // namespace kubegauge::server
