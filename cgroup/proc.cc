#include "cgroup/proc.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

namespace kubegauge::cgroup {
namespace {

constexpr uint64_t kBytesPerKiB = 1024;
constexpr uint64_t kNsPerTick = 10'000'000;  // USER_HZ is 100 on every architecture
constexpr int64_t kSecondNs = 1'000'000'000;

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

// The busy part of a line `cpu user nice system idle iowait irq softirq steal …`, in ticks.
std::optional<uint64_t> BusyTicks(std::string_view columns) {
  constexpr std::array<bool, 8> kIsBusy = {true, true, true, false, false, true, true, true};
  uint64_t ticks = 0;
  for (const bool busy : kIsBusy) {
    const auto value = TakeNumber(columns);
    if (!value) return std::nullopt;
    if (busy) ticks += *value;
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
  MemInfo info;
  const std::pair<std::string_view, uint64_t*> fields[] = {
      {"MemTotal:", &info.total_bytes},
      {"MemFree:", &info.free_bytes},
      {"Inactive(file):", &info.inactive_file_bytes},
      {"SwapTotal:", &info.swap_total_bytes},
      {"SwapFree:", &info.swap_free_bytes}};
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    for (const auto& [key, bytes] : fields) {
      if (!line.starts_with(key)) continue;
      line.remove_prefix(key.size());
      const auto kib = TakeNumber(line);
      if (!kib) return absl::DataLossError(fmt::format("{} has no number", key));
      *bytes = *kib * kBytesPerKiB;
      break;
    }
  }
  if (info.total_bytes == 0) return absl::DataLossError("has no MemTotal");
  if (info.free_bytes > info.total_bytes || info.swap_free_bytes > info.swap_total_bytes) {
    return absl::DataLossError("has more memory free than there is");
  }
  return info;
}

absl::StatusOr<ProcStat> ParseProcStat(std::string_view text) {
  ProcStat stat;
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    if (line.starts_with("cpu ")) {
      const auto ticks = BusyTicks(line.substr(4));
      if (!ticks) return absl::DataLossError("has too few columns of cpu");
      stat.busy_ns = *ticks * kNsPerTick;
    } else if (line.starts_with("cpu")) {
      ++stat.cpus;
    } else if (line.starts_with("btime ")) {
      line.remove_prefix(6);
      stat.boot_time_ns = static_cast<int64_t>(TakeNumber(line).value_or(0)) * kSecondNs;
    }
  }
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
