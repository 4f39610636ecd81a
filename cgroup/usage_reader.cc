#include "cgroup/usage_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "cgroup/counters.h"
#include "cgroup/pressure.h"
#include "cgroup/proc.h"

namespace kubegauge::cgroup {
namespace {

constexpr size_t kBufferBytes = size_t{64} << 10;
constexpr uint64_t kNsPerUs = 1000;
// No machine has more; a counter above has been taken below zero.
constexpr uint64_t kMaxBytes = std::numeric_limits<int64_t>::max();

absl::Status AtFile(const Directory& directory, std::string_view file, const absl::Status& status) {
  return absl::Status(status.code(),
                      fmt::format("{}: {}", directory.PathOf(file), std::string(status.message())));
}

// In the order of the fields of Pressures.
constexpr std::array kCgroupPressures = {"cpu.pressure", "memory.pressure", "io.pressure"};
constexpr std::array kMachinePressures = {"cpu", "memory", "io"};

void SetWorkingSet(uint64_t inactive_bytes, Usage& usage) {
  usage.working_set_bytes =
      usage.memory_usage_bytes - std::min(inactive_bytes, usage.memory_usage_bytes);
}

}  // namespace

UsageReader::UsageReader(Version version, std::string root, bool read_pressures,
                         std::function<int64_t()> wall_clock_ns)
    : version_(version),
      root_(std::move(root)),
      read_pressures_(read_pressures && version == Version::kV2),
      wall_clock_ns_(std::move(wall_clock_ns)),
      buffer_(kBufferBytes) {}

absl::StatusOr<Usage> UsageReader::Read(const CgroupDirectories& cgroup) {
  Usage usage;
  const absl::StatusOr<uint64_t> cpu_ns = ReadCpuNs(cgroup.for_cpu());
  if (!cpu_ns.ok()) return cpu_ns.status();
  usage.cpu_ns = *cpu_ns;
  absl::Status status = ReadMemory(cgroup.for_memory(), usage);
  if (status.ok() && read_pressures_) {
    status = ReadPressures(cgroup.for_cpu(), kCgroupPressures, usage.pressures);
  }
  if (!status.ok()) return status;
  usage.timestamp_ns = wall_clock_ns_();
  return usage;
}

absl::StatusOr<Usage> UsageReader::ReadRoot(const CgroupDirectories& cgroup) {
  Usage usage;
  absl::StatusOr<uint64_t> cpu_ns = ReadCpuNs(cgroup.for_cpu());
  if (absl::IsNotFound(cpu_ns.status())) cpu_ns = ReadProcCpuNs();
  if (!cpu_ns.ok()) return cpu_ns.status();
  usage.cpu_ns = *cpu_ns;
  absl::Status status = version_ == Version::kV1 ? ReadMemoryV1(cgroup.for_memory(), usage)
                                                 : ReadRootMemoryV2(cgroup.for_cpu(), usage);
  if (absl::IsNotFound(status)) status = ReadProcMemory(usage);
  if (!status.ok()) return status;
  if (read_pressures_) {
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

absl::StatusOr<uint64_t> UsageReader::ReadCpuNs(const Directory& directory) {
  if (version_ == Version::kV1) return ReadCounter(directory, "cpuacct.usage");
  const absl::StatusOr<std::string_view> text = ReadText(directory, "cpu.stat");
  if (!text.ok()) return text.status();
  std::array<WantedKey, 1> keys{{{.key = "usage_usec"}}};
  absl::Status status = ParseFlatKeys(*text, keys);
  if (status.ok() && !keys[0].value) status = absl::DataLossError("has no usage_usec");
  if (!status.ok()) return AtFile(directory, "cpu.stat", status);
  absl::StatusOr<uint64_t> cpu_ns = CheckedMultiply(*keys[0].value, kNsPerUs);
  if (!cpu_ns.ok()) return AtFile(directory, "cpu.stat", cpu_ns.status());
  return cpu_ns;
}

absl::Status UsageReader::ReadMemory(const Directory& directory, Usage& usage) {
  return version_ == Version::kV1 ? ReadMemoryV1(directory, usage) : ReadMemoryV2(directory, usage);
}

absl::Status UsageReader::ReadMemoryV1(const Directory& directory, Usage& usage) {
  const absl::StatusOr<uint64_t> bytes = ReadBytes(directory, "memory.usage_in_bytes");
  if (!bytes.ok()) return bytes.status();
  usage.memory_usage_bytes = *bytes;
  const absl::StatusOr<std::string_view> text = ReadText(directory, "memory.stat");
  if (!text.ok()) return text.status();
  // Kernels since 5.11 always account hierarchically; before, total_swap is there all the same.
  std::array<WantedKey, 2> keys{{{.key = "total_swap"}, {.key = "total_inactive_file"}}};
  const absl::Status status = ParseFlatKeys(*text, keys);
  if (!status.ok()) return AtFile(directory, "memory.stat", status);
  usage.swap_bytes = keys[0].value.value_or(0);
  SetWorkingSet(keys[1].value.value_or(0), usage);
  return absl::OkStatus();
}

absl::Status UsageReader::ReadMemoryV2(const Directory& directory, Usage& usage) {
  const absl::StatusOr<uint64_t> bytes = ReadBytes(directory, "memory.current");
  if (!bytes.ok()) return bytes.status();
  usage.memory_usage_bytes = *bytes;
  const absl::StatusOr<std::string_view> text = ReadText(directory, "memory.stat");
  if (!text.ok()) return text.status();
  std::array<WantedKey, 1> keys{{{.key = "inactive_file"}}};
  const absl::Status status = ParseFlatKeys(*text, keys);
  if (!status.ok()) return AtFile(directory, "memory.stat", status);
  SetWorkingSet(keys[0].value.value_or(0), usage);
  // Missing without swap accounting.
  const auto swap = directory.ReadFileIfPresent("memory.swap.current", buffer_);
  if (!swap.ok()) return swap.status();
  if (!*swap) return absl::OkStatus();
  const absl::StatusOr<uint64_t> swap_bytes = ParseCounter(**swap);
  if (!swap_bytes.ok()) return AtFile(directory, "memory.swap.current", swap_bytes.status());
  usage.swap_bytes = *swap_bytes;
  return absl::OkStatus();
}

absl::Status UsageReader::ReadRootMemoryV2(const Directory& directory, Usage& usage) {
  // In a cgroup namespace the root is a cgroup as any other.
  const auto current = directory.ReadFileIfPresent("memory.current", buffer_);
  if (!current.ok()) return current.status();
  if (*current) return ReadMemoryV2(directory, usage);
  const absl::StatusOr<std::string_view> text = ReadText(directory, "memory.stat");
  if (!text.ok()) return text.status();
  std::array<WantedKey, 3> keys{{{.key = "anon"}, {.key = "file"}, {.key = "inactive_file"}}};
  const absl::Status status = ParseFlatKeys(*text, keys);
  if (!status.ok()) return AtFile(directory, "memory.stat", status);
  if (!keys[0].value || !keys[1].value) {
    return AtFile(directory, "memory.stat", absl::NotFoundError("has no anon and file"));
  }
  if (__builtin_add_overflow(*keys[0].value, *keys[1].value, &usage.memory_usage_bytes)) {
    return AtFile(directory, "memory.stat", absl::DataLossError("anon and file overflow 64 bits"));
  }
  SetWorkingSet(keys[2].value.value_or(0), usage);
  const absl::StatusOr<MemInfo> info = ReadMemInfo(root_);
  usage.swap_bytes = info.ok() ? info->swap_total_bytes - info->swap_free_bytes : 0;
  return absl::OkStatus();
}

absl::Status UsageReader::ReadProcMemory(Usage& usage) {
  const absl::StatusOr<MemInfo> info = ReadMemInfo(root_);
  if (!info.ok()) return info.status();
  usage.memory_usage_bytes = info->total_bytes - info->free_bytes;
  SetWorkingSet(info->inactive_file_bytes, usage);
  usage.swap_bytes = info->swap_total_bytes - info->swap_free_bytes;
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> UsageReader::ReadProcCpuNs() {
  const absl::StatusOr<ProcStat> stat = ReadProcStat(root_);
  if (!stat.ok()) return stat.status();
  return stat->busy_ns;
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
