#include "cgroup/usage_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

#include "cgroup/counters.h"
#include "cgroup/pressure.h"
#include "cgroup/proc.h"
#include "cgroup/time_units.h"

namespace kubegauge::cgroup {
namespace {

constexpr size_t kBufferBytes = size_t{64} << 10;
// No machine has more; a counter above has been taken below zero.
constexpr uint64_t kMaxBytes = std::numeric_limits<int64_t>::max();
// v1 has a huge number for no limit.
constexpr uint64_t kMaxLimitBytes = uint64_t{1} << 62;

absl::Status AtFile(const Directory& directory, std::string_view file, const absl::Status& status) {
  return absl::Status(status.code(),
                      fmt::format("{}: {}", directory.PathOf(file), std::string(status.message())));
}

// In the order of the fields of Pressures.
constexpr std::array kCgroupPressures = {"cpu.pressure", "memory.pressure", "io.pressure"};
constexpr std::array kMachinePressures = {"cpu", "memory", "io"};

void SetWorkingSet(uint64_t inactive_bytes, UsageReading& usage) {
  usage.working_set_bytes =
      usage.memory_usage_bytes - std::min(inactive_bytes, usage.memory_usage_bytes);
}

// `keys`: anonymous memory, that of files, page faults, major ones.
void SetMemoryDetails(std::span<const WantedKey, 4> keys, UsageDetails& details) {
  details.rss_bytes = keys[0].value.value_or(0);
  details.cache_bytes = keys[1].value.value_or(0);
  details.page_faults = keys[2].value.value_or(0);
  details.major_page_faults = keys[3].value.value_or(0);
}

}  // namespace

UsageReader::UsageReader(Version version, std::string root, Wanted wanted,
                         std::function<int64_t()> wall_clock_ns)
    : version_(version),
      root_(std::move(root)),
      wanted_{.pressures = wanted.pressures && version == Version::kV2, .details = wanted.details},
      wall_clock_ns_(std::move(wall_clock_ns)),
      buffer_(kBufferBytes) {}

absl::StatusOr<UsageReading> UsageReader::Read(const CgroupDirectories& cgroup) {
  UsageReading usage;
  if (wanted_.details) usage.details.emplace();
  absl::Status status = ReadCpu(cgroup.for_cpu(), usage);
  if (status.ok()) status = ReadMemory(cgroup.for_memory(), usage);
  if (status.ok() && wanted_.details) status = ReadMemoryLimit(cgroup.for_memory(), usage);
  if (status.ok() && wanted_.pressures) {
    status = ReadPressures(cgroup.for_cpu(), kCgroupPressures, usage.pressures);
  }
  if (!status.ok()) return status;
  usage.timestamp_ns = wall_clock_ns_();
  return usage;
}

absl::StatusOr<UsageReading> UsageReader::ReadRoot(const CgroupDirectories& cgroup) {
  UsageReading usage;
  if (wanted_.details) usage.details.emplace();
  absl::Status status = ReadCpu(cgroup.for_cpu(), usage);
  if (absl::IsNotFound(status)) status = ReadProcCpu(usage);
  if (!status.ok()) return status;
  status = version_ == Version::kV1 ? ReadMemoryV1(cgroup.for_memory(), usage)
                                    : ReadRootMemoryV2(cgroup.for_cpu(), usage);
  if (absl::IsNotFound(status)) status = ReadProcMemory(usage);
  if (!status.ok()) return status;
  if (wanted_.details) {
    const absl::StatusOr<MemInfo> info = ReadMemInfo(root_);
    if (info.ok()) usage.details->memory_limit_bytes = info->total_bytes;
  }
  if (wanted_.pressures) {
    const absl::StatusOr<Directory> proc = Directory::Open(ProcPath(root_, "pressure"));
    if (proc.ok()) {
      status = ReadPressures(*proc, kMachinePressures, usage.pressures);
    } else if (!absl::IsNotFound(proc.status())) {
      status = proc.status();
    }
  }
  if (!status.ok()) return status;
  usage.timestamp_ns = wall_clock_ns_();
  return usage;
}

absl::Status UsageReader::ReadCpu(const Directory& directory, UsageReading& usage) {
  return version_ == Version::kV1 ? ReadCpuV1(directory, usage) : ReadCpuV2(directory, usage);
}

absl::Status UsageReader::ReadCpuV1(const Directory& directory, UsageReading& usage) {
  const absl::StatusOr<uint64_t> cpu_ns = ReadCounter(directory, "cpuacct.usage");
  if (!cpu_ns.ok()) return cpu_ns.status();
  usage.cpu_ns = *cpu_ns;
  if (!usage.details) return absl::OkStatus();
  const auto text = directory.ReadFileIfPresent("cpuacct.stat", buffer_);
  if (!text.ok()) return text.status();
  if (!*text) return absl::OkStatus();
  std::array<WantedKey, 2> keys{{{.key = "user"}, {.key = "system"}}};
  const absl::Status status = ParseFlatKeys(**text, keys);
  if (!status.ok()) return AtFile(directory, "cpuacct.stat", status);
  usage.details->user_cpu_ns = keys[0].value.value_or(0) * kNsPerTick;
  usage.details->system_cpu_ns = keys[1].value.value_or(0) * kNsPerTick;
  return absl::OkStatus();
}

absl::Status UsageReader::ReadCpuV2(const Directory& directory, UsageReading& usage) {
  const absl::StatusOr<std::string_view> text = ReadText(directory, "cpu.stat");
  if (!text.ok()) return text.status();
  std::array<WantedKey, 3> keys{
      {{.key = "usage_usec"}, {.key = "user_usec"}, {.key = "system_usec"}}};
  absl::Status status = ParseFlatKeys(*text, std::span(keys).first(usage.details ? 3 : 1));
  if (status.ok() && !keys[0].value) status = absl::DataLossError("has no usage_usec");
  if (!status.ok()) return AtFile(directory, "cpu.stat", status);
  const absl::StatusOr<uint64_t> cpu_ns = CheckedMultiply(*keys[0].value, kNsPerUs);
  if (!cpu_ns.ok()) return AtFile(directory, "cpu.stat", cpu_ns.status());
  usage.cpu_ns = *cpu_ns;
  if (!usage.details) return absl::OkStatus();
  usage.details->user_cpu_ns = keys[1].value.value_or(0) * kNsPerUs;
  usage.details->system_cpu_ns = keys[2].value.value_or(0) * kNsPerUs;
  return absl::OkStatus();
}

absl::Status UsageReader::ReadMemory(const Directory& directory, UsageReading& usage) {
  return version_ == Version::kV1 ? ReadMemoryV1(directory, usage) : ReadMemoryV2(directory, usage);
}

absl::Status UsageReader::ReadMemoryV1(const Directory& directory, UsageReading& usage) {
  const absl::StatusOr<uint64_t> bytes = ReadBytes(directory, "memory.usage_in_bytes");
  if (!bytes.ok()) return bytes.status();
  usage.memory_usage_bytes = *bytes;
  const absl::StatusOr<std::string_view> text = ReadText(directory, "memory.stat");
  if (!text.ok()) return text.status();
  // Kernels since 5.11 always account hierarchically; before, total_swap is there all the same.
  std::array<WantedKey, 6> keys{{{.key = "total_swap"},
                                 {.key = "total_inactive_file"},
                                 {.key = "total_rss"},
                                 {.key = "total_cache"},
                                 {.key = "pgfault"},
                                 {.key = "pgmajfault"}}};
  const absl::Status status = ParseFlatKeys(*text, std::span(keys).first(usage.details ? 6 : 2));
  if (!status.ok()) return AtFile(directory, "memory.stat", status);
  usage.swap_bytes = keys[0].value.value_or(0);
  SetWorkingSet(keys[1].value.value_or(0), usage);
  if (usage.details) SetMemoryDetails(std::span(keys).last<4>(), *usage.details);
  return absl::OkStatus();
}

absl::Status UsageReader::ReadMemoryV2(const Directory& directory, UsageReading& usage) {
  const absl::StatusOr<uint64_t> bytes = ReadBytes(directory, "memory.current");
  if (!bytes.ok()) return bytes.status();
  usage.memory_usage_bytes = *bytes;
  const auto keys = ReadMemoryStatV2(directory, usage.details ? 5 : 1);
  if (!keys.ok()) return keys.status();
  SetWorkingSet(keys->front().value.value_or(0), usage);
  if (usage.details) SetMemoryDetails(std::span(*keys).last<4>(), *usage.details);
  return ReadSwapV2(directory, usage);
}

absl::StatusOr<UsageReader::MemoryStatV2> UsageReader::ReadMemoryStatV2(const Directory& directory,
                                                                        size_t wanted) {
  const absl::StatusOr<std::string_view> text = ReadText(directory, "memory.stat");
  if (!text.ok()) return text.status();
  MemoryStatV2 keys{{{.key = "inactive_file"},
                     {.key = "anon"},
                     {.key = "file"},
                     {.key = "pgfault"},
                     {.key = "pgmajfault"}}};
  const absl::Status status = ParseFlatKeys(*text, std::span(keys).first(wanted));
  if (!status.ok()) return AtFile(directory, "memory.stat", status);
  return keys;
}

absl::Status UsageReader::ReadSwapV2(const Directory& directory, UsageReading& usage) {
  // Missing without swap accounting.
  const auto swap = directory.ReadFileIfPresent("memory.swap.current", buffer_);
  if (!swap.ok()) return swap.status();
  if (!*swap) return absl::OkStatus();
  const absl::StatusOr<uint64_t> swap_bytes = ParseCounter(**swap);
  if (!swap_bytes.ok()) return AtFile(directory, "memory.swap.current", swap_bytes.status());
  usage.swap_bytes = *swap_bytes;
  return absl::OkStatus();
}

absl::Status UsageReader::ReadMemoryLimit(const Directory& directory, UsageReading& usage) {
  const char* const file = version_ == Version::kV1 ? "memory.limit_in_bytes" : "memory.max";
  const auto text = directory.ReadFileIfPresent(file, buffer_);
  if (!text.ok()) return text.status();
  if (!*text || **text == "max\n") return absl::OkStatus();
  const absl::StatusOr<uint64_t> limit = ParseCounter(**text);
  if (!limit.ok()) return AtFile(directory, file, limit.status());
  if (*limit <= kMaxLimitBytes) usage.details->memory_limit_bytes = *limit;
  return absl::OkStatus();
}

absl::Status UsageReader::ReadRootMemoryV2(const Directory& directory, UsageReading& usage) {
  // In a cgroup namespace the root is a cgroup as any other.
  const auto current = directory.ReadFileIfPresent("memory.current", buffer_);
  if (!current.ok()) return current.status();
  if (*current) return ReadMemoryV2(directory, usage);
  const auto keys = ReadMemoryStatV2(directory, usage.details ? 5 : 3);
  if (!keys.ok()) return keys.status();
  const auto& [inactive_file, anon, file, faults, major_faults] = *keys;
  if (!anon.value || !file.value) {
    return AtFile(directory, "memory.stat", absl::NotFoundError("has no anon and file"));
  }
  if (__builtin_add_overflow(*anon.value, *file.value, &usage.memory_usage_bytes)) {
    return AtFile(directory, "memory.stat", absl::DataLossError("anon and file overflow 64 bits"));
  }
  SetWorkingSet(inactive_file.value.value_or(0), usage);
  if (usage.details) SetMemoryDetails(std::span(*keys).last<4>(), *usage.details);
  const absl::StatusOr<MemInfo> info = ReadMemInfo(root_);
  usage.swap_bytes = info.ok() ? info->swap_total_bytes - info->swap_free_bytes : 0;
  return absl::OkStatus();
}

absl::Status UsageReader::ReadProcMemory(UsageReading& usage) {
  const absl::StatusOr<MemInfo> info = ReadMemInfo(root_);
  if (!info.ok()) return info.status();
  usage.memory_usage_bytes = info->total_bytes - info->free_bytes;
  SetWorkingSet(info->inactive_file_bytes, usage);
  usage.swap_bytes = info->swap_total_bytes - info->swap_free_bytes;
  return absl::OkStatus();
}

absl::Status UsageReader::ReadProcCpu(UsageReading& usage) {
  const absl::StatusOr<ProcStat> stat = ReadProcStat(root_);
  if (!stat.ok()) return stat.status();
  usage.cpu_ns = stat->busy_ns;
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> UsageReader::ReadCounter(const Directory& directory, const char* file) {
  const absl::StatusOr<std::string_view> text = ReadText(directory, file);
  if (!text.ok()) return text.status();
  absl::StatusOr<uint64_t> counter = ParseCounter(*text);
  if (!counter.ok()) return AtFile(directory, file, counter.status());
  return counter;
}

absl::StatusOr<uint64_t> UsageReader::ReadBytes(const Directory& directory, const char* file) {
  absl::StatusOr<uint64_t> bytes = ReadCounter(directory, file);
  if (!bytes.ok() || *bytes <= kMaxBytes) return bytes;
  return AtFile(directory, file,
                absl::DataLossError(fmt::format("{} bytes are more than there can be", *bytes)));
}

absl::StatusOr<std::string_view> UsageReader::ReadText(const Directory& directory,
                                                       const char* file) {
  return directory.ReadFile(file, buffer_);
}

absl::Status UsageReader::ReadPressures(const Directory& directory, const PressureFiles& files,
                                        Pressures& pressures) {
  std::optional<Pressure>* const resources[] = {&pressures.cpu, &pressures.memory, &pressures.io};
  for (size_t i = 0; i < files.size(); ++i) {
    // Kernels built without it have no such file; those started without it refuse to read it.
    const auto text = directory.ReadFileIfPresent(files[i], buffer_);
    if (!text.ok()) return text.status();
    if (!*text) continue;
    absl::StatusOr<Pressure> parsed = ParsePressure(**text);
    if (!parsed.ok()) return AtFile(directory, files[i], parsed.status());
    *resources[i] = *parsed;
  }
  return absl::OkStatus();
}

}  // namespace kubegauge::cgroup
