#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/pod.h"

namespace kubegauge::autoscaler {

// What each pod requests of `resource`, in thousandths of a unit, or what its container `container`
// does where that is not empty (hpa.md 9.2). An error, with upstream's text, as soon as one pod
// does not say.
absl::StatusOr<std::vector<int64_t>> RequestedAmounts(Pods pods, std::string_view resource,
                                                      std::string_view container);

}  // namespace kubegauge::autoscaler
