#include "cgroup/node_reader.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "cgroup/held_cgroup.h"
#include "cgroup/hierarchy.h"
#include "cgroup/pod_names.h"
#include "cgroup/proc.h"
#include "cgroup/time_units.h"
#include "cgroup/usage_reader.h"
#include "cgroup/workload_scan.h"

namespace kubegauge::cgroup {
namespace {

bool BySpaceAndName(const PodReading& a, const PodReading& b) {
  return std::tie(a.namespace_name, a.name, b.start_time_ns) <
         std::tie(b.namespace_name, b.name, a.start_time_ns);
}

bool SamePlace(const PodReading& a, const PodReading& b) {
  return a.namespace_name == b.namespace_name && a.name == b.name;
}

// Of two pods of one name, as while a static pod is replaced, and of two containers of one name, as
// after a restart, the one that started last is meant.
void SortAndKeepNewest(std::vector<PodReading>& pods) {
  for (PodReading& pod : pods) {
    auto& containers = pod.containers;
    std::sort(containers.begin(), containers.end(),
              [](const ContainerReading& a, const ContainerReading& b) {
                return std::tie(a.name, b.start_time_ns) < std::tie(b.name, a.start_time_ns);
              });
    const auto same_name = [](const ContainerReading& a, const ContainerReading& b) {
      return a.name == b.name;
    };
    containers.erase(std::unique(containers.begin(), containers.end(), same_name),
                     containers.end());
  }
  std::sort(pods.begin(), pods.end(), BySpaceAndName);
  pods.erase(std::unique(pods.begin(), pods.end(), SamePlace), pods.end());
}

// Readings are a minute apart at most; after a longer pause the clock was set.
constexpr int64_t kLongestPauseNs = 120 * kNsPerSecond;

}  // namespace

class NodeReader::Impl {
 public:
  Impl(const NodeReaderOptions& options, Hierarchy hierarchy, HeldCgroup root, int64_t boot_time_ns,
       std::function<int64_t()> wall_clock_ns)
      : root_path_(options.root),
        hierarchy_(std::move(hierarchy)),
        boot_time_ns_(boot_time_ns),
        wall_clock_ns_(std::move(wall_clock_ns)),
        what_{.host_workloads = options.host_workloads, .details = options.read_details},
        root_(std::move(root)),
        lister_(hierarchy_.version, boot_time_ns),
        usage_reader_(hierarchy_.version, options.root,
                      {.pressures = options.read_pressures, .details = options.read_details},
                      wall_clock_ns_),
        pod_names_(options.root),
        runtime_names_(options.root) {}

  void Read(NodeReading& reading) {
    std::vector<absl::Status> failures;
    ++reading_number_;
    NoteTime(wall_clock_ns_());
    pod_names_.Refresh(wall_clock_ns_(), failures);
    Scan(reading);
    // Pods that had no name yet may have been given one since the logs were listed.
    if (pod_names_.Refresh(wall_clock_ns_(), failures)) Scan(reading);
    ReadNode(reading);
    for (absl::Status& status : failures) {
      reading.failures.push_back({.pod = "", .status = std::move(status)});
    }
    SortAndKeepNewest(reading.pods);
  }

 private:
  void NoteTime(int64_t now_ns) {
    const bool was_set_back = now_ns < last_read_ns_;
    const bool was_set_on = last_read_ns_ != 0 && now_ns - last_read_ns_ > kLongestPauseNs;
    if (was_set_back) DoubtStarts(root_, now_ns);
    last_read_ns_ = now_ns;
    if (now_ns >= boot_time_ns_ && !was_set_back && !was_set_on) return;
    // The kernel counts the time of the boot back from now.
    const absl::StatusOr<ProcStat> stat = ReadProcStat(root_path_);
    boot_time_ns_ = std::min(now_ns, stat.ok() ? stat->boot_time_ns : boot_time_ns_);
    lister_.SetBootTime(boot_time_ns_);
  }

  void Scan(NodeReading& reading) {
    reading.pods.clear();
    reading.system_cgroups.clear();
    reading.failures.clear();
    reading.nameless_pods = 0;
    reading.half_accounted_workloads = 0;
    WorkloadScan(hierarchy_.version, what_, reading_number_, wall_clock_ns_(), lister_,
                 usage_reader_, pod_names_, runtime_names_, reading)
        .Run(root_);
  }

  void ReadNode(NodeReading& reading) {
    reading.boot_time_ns = boot_time_ns_;
    reading.usage.reset();
    absl::StatusOr<UsageReading> usage = usage_reader_.ReadRoot(root_.directories);
    absl::Status status = usage.status();
    if (usage.ok()) {
      reading.usage = *usage;
      status = NoteCpuCounter(root_, hierarchy_.version, reading_number_, usage->cpu_ns);
    }
    if (!status.ok()) reading.failures.push_back({.pod = "", .status = std::move(status)});
  }

  std::string root_path_;
  Hierarchy hierarchy_;
  int64_t boot_time_ns_;
  int64_t last_read_ns_ = 0;
  std::function<int64_t()> wall_clock_ns_;
  WorkloadScan::What what_;
  uint64_t reading_number_ = 0;
  HeldCgroup root_;
  CgroupLister lister_;
  UsageReader usage_reader_;
  PodNames pod_names_;
  RuntimeNames runtime_names_;
};

absl::StatusOr<std::unique_ptr<NodeReader>> NodeReader::Open(
    const NodeReaderOptions& options, std::function<int64_t()> wall_clock_ns) {
  absl::StatusOr<Hierarchy> hierarchy = DetectHierarchy(options.root);
  if (!hierarchy.ok()) return hierarchy.status();
  HeldCgroup root;
  absl::StatusOr<Directory> cpu = Directory::Open(hierarchy->cpu_path);
  if (!cpu.ok()) return cpu.status();
  root.directories.cpu = *std::move(cpu);
  if (hierarchy->version == Version::kV1) {
    absl::StatusOr<Directory> memory = Directory::Open(hierarchy->memory_path);
    if (!memory.ok()) return memory.status();
    root.directories.memory = *std::move(memory);
  }
  const absl::StatusOr<ProcStat> stat = ReadProcStat(options.root);
  const int64_t boot_time_ns = stat.ok() ? stat->boot_time_ns : 0;
  return std::unique_ptr<NodeReader>(new NodeReader(std::make_unique<Impl>(
      options, *std::move(hierarchy), std::move(root), boot_time_ns, std::move(wall_clock_ns))));
}

NodeReader::NodeReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NodeReader::~NodeReader() = default;

void NodeReader::Read(NodeReading& reading) { impl_->Read(reading); }

}  // namespace kubegauge::cgroup
