#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "autoscaler/history.h"

namespace kubegauge::autoscaler {

struct Stabilized {
  int32_t replicas = 0;
  // Of the condition AbleToScale.
  const char* reason = "";
  const char* message = "";
  // When the newest of the recommendations that kept `replicas` from what is desired leaves its
  // window; nothing where none did.
  std::optional<int64_t> until_ns;
};

// The highest recommendation of the window, without behavior (hpa.md 11.1). Remembers `desired`.
Stabilized StabilizeDown(int32_t desired, int64_t window_ns, int64_t now_ns,
                         std::vector<Recommendation>& recommendations);

// The current replicas, as far as the recommendations of both windows allow (hpa.md 12.2).
// Remembers `desired`.
Stabilized StabilizeBothWays(int32_t current, int32_t desired, int64_t up_window_ns,
                             int64_t down_window_ns, int64_t now_ns,
                             std::vector<Recommendation>& recommendations);

}  // namespace kubegauge::autoscaler
