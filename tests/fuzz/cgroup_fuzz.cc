// The first line as a name of the hierarchy or of a log, the rest as the text of any file of it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "cgroup/counters.h"
#include "cgroup/hierarchy.h"
#include "cgroup/machine.h"
#include "cgroup/names.h"
#include "cgroup/pressure.h"
#include "cgroup/proc.h"
#include "tests/fuzz/require.h"

namespace {

namespace cgroup = kubegauge::cgroup;
using kubegauge::testing::Require;

void CheckNames(std::string_view name) {
  if (const auto uid = cgroup::PodUidOf(name)) Require(!uid->empty() && uid->size() < name.size());
  if (const auto id = cgroup::ContainerIdOf(name)) {
    Require(id->size() == cgroup::kContainerIdBytes && name.find(*id) != std::string_view::npos);
  }
  if (const auto log = cgroup::ParsePodLogName(name)) {
    const std::string again = std::string(log->namespace_name) + "_" + std::string(log->pod) + "_" +
                              std::string(log->uid);
    Require(again == name);
  }
  if (const auto log = cgroup::ParseContainerLogName(name)) {
    const std::string again = std::string(log->pod) + "_" + std::string(log->namespace_name) + "_" +
                              std::string(log->container) + "-" + std::string(log->id) + ".log";
    Require(again == name);
  }
  Require(!cgroup::IsKubepodsRoot(name) || !cgroup::IsQosClass(name));
  cgroup::UnitKindOf(name);
}

// What was taken as a value stands in the text, as the kernel would write it.
void CheckCounters(std::string_view text) {
  if (const auto value = cgroup::ParseCounter(text); value.ok()) {
    const std::string written = std::to_string(*value);
    Require(text.size() > written.size() && text.substr(0, text.size() - 1).ends_with(written));
  }
  std::array<cgroup::WantedKey, 3> keys{
      {{.key = "usage_usec"}, {.key = "file"}, {.key = "inactive_file"}}};
  if (!cgroup::ParseFlatKeys(text, keys).ok()) return;
  for (const cgroup::WantedKey& key : keys) {
    if (key.value) Require(text.find(std::string(key.key) + " ") != std::string_view::npos);
  }
}

void CheckPressure(std::string_view text) {
  constexpr uint32_t kMaxCentipercent = 10'099;
  const auto pressure = cgroup::ParsePressure(text);
  if (!pressure.ok()) return;
  for (const cgroup::PressureLine& line :
       {pressure->some, pressure->full.value_or(cgroup::PressureLine{})}) {
    Require(std::max({line.avg10_centipercent, line.avg60_centipercent,
                      line.avg300_centipercent}) <= kMaxCentipercent);
  }
}

void CheckProc(std::string_view text) {
  if (const auto info = cgroup::ParseMemInfo(text); info.ok()) {
    Require(info->free_bytes <= info->total_bytes &&
            info->swap_free_bytes <= info->swap_total_bytes && info->total_bytes % 1024 == 0);
  }
  if (const auto stat = cgroup::ParseProcStat(text); stat.ok()) {
    Require(stat->boot_time_ns >= 0 && stat->cpus >= 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line_break = std::min(input.find('\n'), size);
  CheckNames(input.substr(0, line_break));
  const std::string_view text = input.substr(std::min(line_break + 1, size));
  CheckCounters(text);
  CheckPressure(text);
  CheckProc(text);
  for (const cgroup::Mount& mount : cgroup::ParseMountInfo(text))
    Require(mount.mount_point.size() < text.size());
  Require(cgroup::ParsePrettyName(text).size() < std::max<size_t>(text.size(), 1));
  return 0;
}
