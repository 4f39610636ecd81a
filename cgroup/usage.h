#pragma once

#include <cstdint>
#include <optional>

namespace kubegauge::cgroup {

// One line of a pressure file: how long tasks stalled.
struct PressureLine {
  // Of the last 10, 60 and 300 s, in hundredths of a percent.
  uint32_t avg10_centipercent = 0;
  uint32_t avg60_centipercent = 0;
  uint32_t avg300_centipercent = 0;
  uint64_t total_us = 0;
};

// Some tasks stalled; all did. The kernel gives no `full` for the CPU of older versions.
struct Pressure {
  PressureLine some;
  std::optional<PressureLine> full;
};

struct Pressures {
  std::optional<Pressure> cpu;
  std::optional<Pressure> memory;
  std::optional<Pressure> io;
};

// The counters of a cgroup at one instant.
struct Usage {
  int64_t timestamp_ns = 0;  // since the Unix epoch, taken when its files had been read
  uint64_t cpu_ns = 0;       // cumulative, of user and system
  uint64_t memory_usage_bytes = 0;
  uint64_t working_set_bytes = 0;  // usage less what is inactive of the page cache
  uint64_t swap_bytes = 0;
  Pressures pressures;
};

}  // namespace kubegauge::cgroup
