#include "cgroup/proc.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

#include "cgroup/time_units.h"

namespace kubegauge::cgroup {
namespace {

constexpr uint64_t kBytesPerKiB = 1024;

std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::optional<uint64_t> TakeNumber(std::string_view& text) {
  const size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin);
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

// So many units as bytes or nanoseconds; nullopt without a count, and when it does not fit.
template <class Number>
std::optional<Number> Scale(std::optional<uint64_t> count, Number unit) {
  Number product = 0;
  if (!count || __builtin_mul_overflow(*count, unit, &product)) return std::nullopt;
  return product;
}

// The busy part of a line `cpu user nice system idle iowait irq softirq steal …`, in ticks.
std::optional<uint64_t> BusyTicks(std::string_view columns) {
  constexpr std::array<bool, 8> kIsBusy = {true, true, true, false, false, true, true, true};
  uint64_t ticks = 0;
  for (const bool busy : kIsBusy) {
    const auto value = TakeNumber(columns);
    if (!value) return std::nullopt;
    if (busy && __builtin_add_overflow(ticks, *value, &ticks)) return std::nullopt;
  }
  return ticks;
}

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(fmt::format("{}: cannot be opened", path));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

absl::StatusOr<MemInfo> ParseMemInfo(std::string_view text) {
  struct Field {
    std::string_view key;
    std::optional<uint64_t> bytes;
  };
  Field total{"MemTotal:", {}}, free{"MemFree:", {}}, inactive_file{"Inactive(file):", {}};
  Field swap_total{"SwapTotal:", {}}, swap_free{"SwapFree:", {}};
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    for (Field* field : {&total, &free, &inactive_file, &swap_total, &swap_free}) {
      if (!line.starts_with(field->key)) continue;
      line.remove_prefix(field->key.size());
      field->bytes = Scale(TakeNumber(line), kBytesPerKiB);
      if (!field->bytes) return absl::DataLossError(fmt::format("{} has no number", field->key));
      break;
    }
  }
  if (!total.bytes || !free.bytes) return absl::DataLossError("has no MemTotal and MemFree");
  if (swap_total.bytes.has_value() != swap_free.bytes.has_value()) {
    return absl::DataLossError("has only one of SwapTotal and SwapFree");
  }
  const MemInfo info{.total_bytes = *total.bytes,
                     .free_bytes = *free.bytes,
                     .inactive_file_bytes = inactive_file.bytes.value_or(0),
                     .swap_total_bytes = swap_total.bytes.value_or(0),
                     .swap_free_bytes = swap_free.bytes.value_or(0)};
  if (info.free_bytes > info.total_bytes || info.swap_free_bytes > info.swap_total_bytes) {
    return absl::DataLossError("has more memory free than there is");
  }
  return info;
}

absl::StatusOr<ProcStat> ParseProcStat(std::string_view text) {
  ProcStat stat;
  bool has_cpu = false;
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    if (line.starts_with("cpu ")) {
      const auto busy_ns = Scale(BusyTicks(line.substr(4)), kNsPerTick);
      if (!busy_ns) return absl::DataLossError("has no eight columns of cpu");
      stat.busy_ns = *busy_ns;
      has_cpu = true;
    } else if (line.starts_with("cpu")) {
      ++stat.cpus;
    } else if (line.starts_with("btime ")) {
      line.remove_prefix(6);
      const auto boot_time_ns = Scale(TakeNumber(line), kNsPerSecond);
      if (!boot_time_ns) return absl::DataLossError("has no number in its line btime");
      stat.boot_time_ns = *boot_time_ns;
    }
  }
  if (!has_cpu) return absl::DataLossError("has no line cpu");
  return stat;
}

absl::StatusOr<MemInfo> ReadMemInfo(const std::string& root) {
  const std::string path = ProcPath(root, "meminfo");
  const absl::StatusOr<std::string> text = ReadAll(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<MemInfo> info = ParseMemInfo(*text);
  if (info.ok()) return info;
  return absl::DataLossError(fmt::format("{}: {}", path, std::string(info.status().message())));
}

absl::StatusOr<ProcStat> ReadProcStat(const std::string& root) {
  const std::string path = ProcPath(root, "stat");
  const absl::StatusOr<std::string> text = ReadAll(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<ProcStat> stat = ParseProcStat(*text);
  if (stat.ok()) return stat;
  return absl::DataLossError(fmt::format("{}: {}", path, std::string(stat.status().message())));
}

std::string ProcPath(const std::string& root, std::string_view file) {
  return fmt::format("{}{}proc/{}", root, root.ends_with('/') ? "" : "/", file);
}

}  // namespace kubegauge::cgroup
