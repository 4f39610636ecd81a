#pragma once

#include <cstdint>

namespace kubegauge::cgroup {

inline constexpr int64_t kNsPerSecond = 1'000'000'000;
inline constexpr uint64_t kNsPerUs = 1000;
// USER_HZ, in which the kernel tells times, is 100 on every architecture.
inline constexpr uint64_t kNsPerTick = 10'000'000;

}  // namespace kubegauge::cgroup
