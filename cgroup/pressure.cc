#include "cgroup/pressure.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace kubegauge::cgroup {
namespace {

bool Skip(std::string_view expected, std::string_view& text) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

template <class Number>
bool TakeNumber(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

// `12.34` as 1234.
bool TakeCentipercent(std::string_view& text, uint32_t& number) {
  uint32_t whole = 0;
  if (!TakeNumber(text, whole) || whole > 100 || !Skip(".", text) || text.size() < 2) return false;
  std::string_view decimals = text.substr(0, 2);
  uint32_t hundredths = 0;
  if (!TakeNumber(decimals, hundredths) || !decimals.empty()) return false;
  text.remove_prefix(2);
  number = whole * 100 + hundredths;
  return true;
}

std::optional<PressureLine> ParseLine(std::string_view line) {
  PressureLine parsed;
  const bool valid = Skip(" avg10=", line) && TakeCentipercent(line, parsed.avg10_centipercent) &&
                     Skip(" avg60=", line) && TakeCentipercent(line, parsed.avg60_centipercent) &&
                     Skip(" avg300=", line) && TakeCentipercent(line, parsed.avg300_centipercent) &&
                     Skip(" total=", line) && TakeNumber(line, parsed.total_us) && line.empty();
  return valid ? std::optional(parsed) : std::nullopt;
}

}  // namespace

absl::StatusOr<Pressure> ParsePressure(std::string_view text) {
  Pressure pressure;
  bool has_some = false;
  while (!text.empty()) {
    const size_t newline = text.find('\n');
    if (newline == std::string_view::npos) return absl::DataLossError("is cut off");
    std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline + 1);
    const bool is_some = Skip("some", line);
    if (!is_some && !Skip("full", line)) continue;
    const auto parsed = ParseLine(line);
    if (!parsed) return absl::DataLossError(fmt::format("\"{}\" is no line of pressure", line));
    if (is_some) {
      pressure.some = *parsed;
      has_some = true;
    } else {
      pressure.full = *parsed;
    }
  }
  if (!has_some) return absl::DataLossError("has no line `some`");
  return pressure;
}

}  // namespace kubegauge::cgroup
