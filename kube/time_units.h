#pragma once

#include <cstdint>

namespace kubegauge::kube {

inline constexpr int64_t kNsPerSecond = 1'000'000'000;

}  // namespace kubegauge::kube
