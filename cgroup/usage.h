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

// What kubelets tell of a cgroup beside what is served.
struct UsageDetails {
  uint64_t user_cpu_ns = 0;  // cumulative, as is the next
  uint64_t system_cpu_ns = 0;
  uint64_t rss_bytes = 0;    // anonymous memory
  uint64_t cache_bytes = 0;  // of files
  uint64_t page_faults = 0;  // cumulative, as is the next
  uint64_t major_page_faults = 0;
  std::optional<uint64_t> memory_limit_bytes;  // empty: unlimited; of the machine: what it has
};

// The counters of a cgroup at one instant.
struct UsageReading {
  int64_t timestamp_ns = 0;  // since the Unix epoch, taken when its files had been read
  uint64_t cpu_ns = 0;       // cumulative, of user and system
  uint64_t memory_usage_bytes = 0;
  uint64_t working_set_bytes = 0;  // usage less what is inactive of the page cache
  uint64_t swap_bytes = 0;
  Pressures pressures;
  std::optional<UsageDetails> details;  // where they are wanted
};

}  // namespace kubegauge::cgroup
