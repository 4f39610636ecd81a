#pragma once

#include <spdlog/logger.h>

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "kube/clock.h"
#include "scraper/kubelet_target.h"

namespace kubegauge::scraper {

// What is logged of the scrapes of one node: each change between working and failing, and from one
// kind of failure to another, once; an error at most once a minute, and then what fails still. A
// node that is not ready fails as expected: for those who debug, until it is ready and fails still.
class ScrapeStateLog {
 public:
  ScrapeStateLog(spdlog::logger& log, const kube::Clock& clock) : log_(log), clock_(clock) {}

  void Scraped(const KubeletTarget& target);
  void Failed(const KubeletTarget& target, const absl::Status& status);

 private:
  struct Failure {
    absl::StatusCode code;
    bool ready;  // the node, which says how it is logged
    bool operator==(const Failure&) const = default;
  };

  // Whether an error may be logged now; it then has to be.
  bool AdmitError();

  spdlog::logger& log_;
  const kube::Clock& clock_;
  std::optional<Failure> logged_;       // since the node was scraped last
  std::optional<int64_t> error_at_ns_;  // monotonic
};

}  // namespace kubegauge::scraper
