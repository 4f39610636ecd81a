#include "cgroup/counters.h"

#include <fmt/format.h>

#include <charconv>

namespace kubegauge::cgroup {
namespace {

constexpr size_t kShownBytes = 40;

absl::Status NotANumber(std::string_view text) {
  return absl::DataLossError(
      fmt::format("\"{}\" is not a counter of 64 bits", text.substr(0, kShownBytes)));
}

bool ParseNumber(std::string_view text, uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

absl::StatusOr<uint64_t> ParseCounter(std::string_view text) {
  if (text.empty()) return absl::DataLossError("is empty");
  if (text.back() != '\n') return absl::DataLossError("is cut off: its line has no end");
  text.remove_suffix(1);
  uint64_t value = 0;
  if (!ParseNumber(text, value)) return NotANumber(text);
  return value;
}

absl::Status ParseFlatKeys(std::string_view text, std::span<WantedKey> wanted) {
  if (text.empty()) return absl::DataLossError("is empty");
  size_t missing = wanted.size();
  while (!text.empty() && missing > 0) {
    const size_t newline = text.find('\n');
    if (newline == std::string_view::npos) {
      return absl::DataLossError("is cut off: its last line has no end");
    }
    const std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline + 1);
    for (WantedKey& want : wanted) {
      if (want.value || line.size() <= want.key.size() || line[want.key.size()] != ' ' ||
          !line.starts_with(want.key)) {
        continue;
      }
      uint64_t value = 0;
      if (!ParseNumber(line.substr(want.key.size() + 1), value)) return NotANumber(line);
      want.value = value;
      --missing;
      break;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> CheckedMultiply(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) {
    return absl::DataLossError(fmt::format("{} times {} overflows 64 bits", a, b));
  }
  return product;
}

}  // namespace kubegauge::cgroup
