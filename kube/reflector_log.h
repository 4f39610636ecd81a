#pragma once

#include <spdlog/logger.h>

#include <optional>
#include <string_view>

#include "kube/watch_failure.h"
#include "kube/watched_resource.h"

namespace kubegauge::kube {

// What a reflector tells the operator: each failure once until something else happens, with what
// helps. Keeps references to both arguments.
class ReflectorLog {
 public:
  ReflectorLog(const WatchedResource& resource, spdlog::logger& logger)
      : resource_(resource), logger_(logger) {}

  // `action` is "list" or "watch".
  void Failed(std::string_view action, const WatchFailure& failure);
  // A list came whole, or a watch goes on.
  void Works();
  // A watch that had begun is over; it goes on where it ended.
  void WatchBroke(const WatchFailure& failure);
  // Objects that could not be read were left out.
  void Unreadable(size_t objects, const absl::Status& first_error);

 private:
  const WatchedResource& resource_;
  spdlog::logger& logger_;
  std::optional<WatchFailureKind> failing_;
};

}  // namespace kubegauge::kube
