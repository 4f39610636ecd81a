#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::cgroup {

// A file that holds one counter, as cpuacct.usage and memory.current do. DataLoss for anything but
// one number of 64 bits and a newline, so also for `max` and for a text that was cut off.
absl::StatusOr<uint64_t> ParseCounter(std::string_view text);

// A key wanted of a flat file of `key value` lines, as cpu.stat and memory.stat are.
struct WantedKey {
  std::string_view key;
  std::optional<uint64_t> value;  // filled when the file has the key
};

// Fills the values of the wanted keys in one pass. DataLoss when the value of a wanted key is no
// number, the last line was cut off, or there is none.
absl::Status ParseFlatKeys(std::string_view text, std::span<WantedKey> wanted);

// a * b, or DataLoss when it does not fit.
absl::StatusOr<uint64_t> CheckedMultiply(uint64_t a, uint64_t b);

}  // namespace kubegauge::cgroup
