#pragma once

#include <spdlog/logger.h>

#include <optional>

#include "absl/status/status.h"
#include "scraper/kubelet_target.h"

namespace kubegauge::scraper {

// What is logged of the scrapes of one node: each change between working and failing, and from one
// kind of failure to another, once. A node that is not ready fails as expected: for those who
// debug, until it is ready and fails still.
class ScrapeStateLog {
 public:
  explicit ScrapeStateLog(spdlog::logger& log) : log_(log) {}

  void Scraped(const KubeletTarget& target);
  void Failed(const KubeletTarget& target, const absl::Status& status);

 private:
  struct Failure {
    absl::StatusCode code;
    bool ready;  // the node, which says how it is logged
    bool operator==(const Failure&) const = default;
  };

  spdlog::logger& log_;
  std::optional<Failure> failing_;
};

}  // namespace kubegauge::scraper
