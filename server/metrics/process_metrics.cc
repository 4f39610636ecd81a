#include "server/metrics/process_metrics.h"

#include <prometheus/metric_family.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

namespace kubegauge::server {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Single(std::string name, std::string help, MetricType type, double value) {
  prometheus::ClientMetric metric;
  if (type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return {.name = std::move(name), .help = std::move(help), .type = type, .metric = {metric}};
}

// The numbers of a process that /proc/self/stat has, by proc(5).
struct Stat {
  double cpu_ticks = 0;
  double start_ticks = 0;
  double virtual_bytes = 0;
  double resident_pages = 0;
};

std::optional<Stat> ReadStat(const std::filesystem::path& proc) {
  std::ifstream file(proc / "self/stat");
  std::string text(std::istreambuf_iterator<char>(file), {});
  const size_t name_end = text.rfind(')');  // the name may hold anything
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  std::vector<std::string> values{std::istream_iterator<std::string>(fields), {}};
  constexpr size_t kUserTicks = 11, kSystemTicks = 12, kStart = 19, kVirtual = 20, kResident = 21;
  if (values.size() <= kResident) return std::nullopt;
  const auto number = [&](size_t index) { return std::strtod(values[index].c_str(), nullptr); };
  return Stat{.cpu_ticks = number(kUserTicks) + number(kSystemTicks),
              .start_ticks = number(kStart),
              .virtual_bytes = number(kVirtual),
              .resident_pages = number(kResident)};
}

std::optional<double> BootTime(const std::filesystem::path& proc) {
  std::ifstream file(proc / "stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return std::strtod(line.c_str() + 6, nullptr);
  }
  return std::nullopt;
}

std::optional<double> OpenDescriptors(const std::filesystem::path& proc) {
  std::error_code error;
  std::filesystem::directory_iterator entries(proc / "self/fd", error);
  if (error) return std::nullopt;
  return static_cast<double>(std::distance(entries, std::filesystem::directory_iterator()));
}

}  // namespace

std::vector<MetricFamily> ProcessMetrics::Collect() const {
  std::vector<MetricFamily> families;
  const double ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  if (const std::optional<Stat> stat = ReadStat(proc_)) {
    families.push_back(Single("process_cpu_seconds_total",
                              "Total user and system CPU time spent in seconds.",
                              MetricType::Counter, stat->cpu_ticks / ticks_per_second));
    families.push_back(Single("process_resident_memory_bytes", "Resident memory size in bytes.",
                              MetricType::Gauge,
                              stat->resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE))));
    families.push_back(Single("process_virtual_memory_bytes", "Virtual memory size in bytes.",
                              MetricType::Gauge, stat->virtual_bytes));
    if (const std::optional<double> boot = BootTime(proc_)) {
      families.push_back(Single("process_start_time_seconds",
                                "Start time of the process since unix epoch in seconds.",
                                MetricType::Gauge, *boot + stat->start_ticks / ticks_per_second));
    }
  }
  if (const std::optional<double> open = OpenDescriptors(proc_)) {
    families.push_back(
        Single("process_open_fds", "Number of open file descriptors.", MetricType::Gauge, *open));
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.push_back(Single("process_max_fds", "Maximum number of open file descriptors.",
                              MetricType::Gauge, static_cast<double>(limit.rlim_cur)));
  }
  return families;
}

}  // namespace kubegauge::server
