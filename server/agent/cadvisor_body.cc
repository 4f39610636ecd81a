#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/time_units.h"
#include "server/agent/kubelet_bodies.h"
#include "server/agent/prometheus_families.h"

namespace kubegauge::server {
namespace {

using cgroup::ContainerReading;
using cgroup::NodeReading;
using cgroup::PodReading;
using cgroup::Pressure;
using cgroup::UsageDetails;
using cgroup::UsageReading;

constexpr uint64_t kNsPerUs = 1000;

// A cgroup as cAdvisor shows it; what is unknown is blank (wire.md C.8).
struct Row {
  const UsageReading* usage;
  std::string_view id;
  int64_t start_ns = 0;  // 0: not certain
  std::string_view container = "";
  std::string_view name = "";  // the runtime's id
  std::string_view namespace_name = "";
  std::string_view pod = "";
};

// The machine, what is of the system, and each pod with its containers.
std::vector<Row> RowsOf(const NodeReading& reading) {
  std::vector<Row> rows;
  if (reading.usage) {
    rows.push_back({.usage = &*reading.usage, .id = "/", .start_ns = reading.boot_time_ns});
  }
  for (const cgroup::SystemCgroupReading& system : reading.system_cgroups) {
    rows.push_back({.usage = &system.usage,
                    .id = system.cgroup_path,
                    .start_ns = system.start_is_certain ? system.start_time_ns : 0});
  }
  for (const PodReading& pod : reading.pods) {
    if (pod.kind != cgroup::WorkloadKind::kKubernetes) continue;
    if (pod.usage) {
      rows.push_back({.usage = &*pod.usage,
                      .id = pod.cgroup_path,
                      .namespace_name = pod.namespace_name,
                      .pod = pod.name});
    }
    for (const ContainerReading& container : pod.containers) {
      if (!container.usage) continue;
      rows.push_back({.usage = &*container.usage,
                      .id = container.cgroup_path,
                      .start_ns = container.start_is_certain ? container.start_time_ns : 0,
                      .container = container.name,
                      .name = container.id,
                      .namespace_name = pod.namespace_name,
                      .pod = pod.name});
    }
  }
  return rows;
}

class Body {
 public:
  explicit Body(const NodeReading& reading) : rows_(RowsOf(reading)) {}

  void AddCpu() {
    AddDetail("container_cpu_system_seconds_total",
              "Cumulative system cpu time consumed in seconds.", &UsageDetails::system_cpu_ns);
    out_.Begin("container_cpu_usage_seconds_total", kCounter,
               "Cumulative cpu time consumed in seconds.");
    for (const Row& row : rows_) {
      out_.AddSeconds({{"container", row.container},
                       {"cpu", "total"},
                       {"id", row.id},
                       {"image", ""},
                       {"name", row.name},
                       {"namespace", row.namespace_name},
                       {"pod", row.pod}},
                      row.usage->cpu_ns, row.usage->timestamp_ns);
    }
    AddDetail("container_cpu_user_seconds_total", "Cumulative user cpu time consumed in seconds.",
              &UsageDetails::user_cpu_ns);
  }

  void AddLastSeen() {
    Add("container_last_seen", kGauge, "Last time a container was seen by the exporter",
        [&](const Row& row) {
          AddBytes(row, static_cast<uint64_t>(row.usage->timestamp_ns / kube::kNsPerSecond));
        });
  }

  void AddMemory() {
    Add("container_memory_cache", kGauge, "Number of bytes of page cache memory.",
        [&](const Row& row) {
          if (row.usage->details) AddBytes(row, row.usage->details->cache_bytes);
        });
    Add("container_memory_rss", kGauge, "Size of RSS in bytes.", [&](const Row& row) {
      if (row.usage->details) AddBytes(row, row.usage->details->rss_bytes);
    });
    Add("container_memory_swap", kGauge, "Container swap usage in bytes.",
        [&](const Row& row) { AddBytes(row, row.usage->swap_bytes); });
    Add("container_memory_usage_bytes", kGauge,
        "Current memory usage in bytes, including all memory regardless of when it was accessed",
        [&](const Row& row) { AddBytes(row, row.usage->memory_usage_bytes); });
    Add("container_memory_working_set_bytes", kGauge, "Current working set in bytes.",
        [&](const Row& row) { AddBytes(row, row.usage->working_set_bytes); });
  }

  void AddPressures() {
    using Of = std::optional<Pressure> cgroup::Pressures::*;
    const struct {
      std::string_view stalled;
      std::string_view waiting;
      std::string_view of;
      Of resource;
    } families[] = {
        {"container_pressure_cpu_stalled_seconds_total",
         "container_pressure_cpu_waiting_seconds_total", "CPU", &cgroup::Pressures::cpu},
        {"container_pressure_io_stalled_seconds_total",
         "container_pressure_io_waiting_seconds_total", "IO", &cgroup::Pressures::io},
        {"container_pressure_memory_stalled_seconds_total",
         "container_pressure_memory_waiting_seconds_total", "memory", &cgroup::Pressures::memory}};
    for (const auto& [stalled, waiting, of, resource] : families) {
      AddPressure(stalled, "have been stalled", of, resource, [](const Pressure& pressure) {
        return pressure.full ? pressure.full->total_us : 0;
      });
      AddPressure(waiting, "have waited", of, resource,
                  [](const Pressure& pressure) { return pressure.some.total_us; });
    }
  }

  void AddSpecifications() {
    Add("container_spec_memory_limit_bytes", kGauge, "Memory limit for the container.",
        [&](const Row& row) {
          if (!row.usage->details) return;
          AddTimeless(row, row.usage->details->memory_limit_bytes.value_or(0));
        });
    Add("container_start_time_seconds", kGauge,
        "Start time of the container since unix epoch in seconds.", [&](const Row& row) {
          if (row.start_ns > 0) {
            AddTimeless(row, static_cast<uint64_t>(row.start_ns / kube::kNsPerSecond));
          }
        });
  }

  void AddMachine(const cgroup::Machine& machine) {
    const PrometheusFamilies::Labels labels = {
        {"boot_id", machine.boot_id}, {"machine_id", machine.machine_id}, {"system_uuid", ""}};
    if (machine.cpus) {
      out_.Begin("machine_cpu_cores", kGauge, "Number of logical CPU cores.");
      out_.AddBytes(labels, static_cast<uint64_t>(*machine.cpus));
    }
    if (machine.memory_bytes) {
      out_.Begin("machine_memory_bytes", kGauge, "Amount of memory installed on the machine.");
      out_.AddBytes(labels, *machine.memory_bytes);
    }
  }

  std::string Take() { return out_.Take(); }

 private:
  // `add(row)` adds the row's sample where it has one.
  template <class AddSample>
  void Add(std::string_view family, std::string_view type, std::string_view help, AddSample add) {
    out_.Begin(family, type, help);
    for (const Row& row : rows_) add(row);
  }

  void AddDetail(std::string_view family, std::string_view help, uint64_t UsageDetails::*cpu_ns) {
    Add(family, kCounter, help, [&](const Row& row) {
      if (row.usage->details) AddSeconds(row, *row.usage->details.*cpu_ns);
    });
  }

  template <class TotalUs>
  void AddPressure(std::string_view family, std::string_view what, std::string_view of,
                   std::optional<Pressure> cgroup::Pressures::*resource, TotalUs total_us) {
    const std::string help = std::string("Total time duration tasks in the container ")
                                 .append(what)
                                 .append(" due to ")
                                 .append(of)
                                 .append(" congestion.");
    Add(family, kCounter, help, [&](const Row& row) {
      const std::optional<Pressure>& pressure = row.usage->pressures.*resource;
      if (pressure) AddSeconds(row, total_us(*pressure) * kNsPerUs);
    });
  }

  void AddSeconds(const Row& row, uint64_t ns) {
    out_.AddSeconds({{"container", row.container},
                     {"id", row.id},
                     {"image", ""},
                     {"name", row.name},
                     {"namespace", row.namespace_name},
                     {"pod", row.pod}},
                    ns, row.usage->timestamp_ns);
  }

  void AddBytes(const Row& row, uint64_t bytes) { AddBytesAt(row, bytes, row.usage->timestamp_ns); }
  // As cAdvisor shows what a cgroup was given: without the time of a sample.
  void AddTimeless(const Row& row, uint64_t bytes) { AddBytesAt(row, bytes, 0); }
  void AddBytesAt(const Row& row, uint64_t bytes, int64_t timestamp_ns) {
    out_.AddBytes({{"container", row.container},
                   {"id", row.id},
                   {"image", ""},
                   {"name", row.name},
                   {"namespace", row.namespace_name},
                   {"pod", row.pod}},
                  bytes, timestamp_ns);
  }

  const std::vector<Row> rows_;
  PrometheusFamilies out_;
};

}  // namespace

std::string CadvisorMetricsBody(const AgentState& state) {
  if (state.last == nullptr) return "";
  Body body(*state.last);
  // In the order of their names.
  body.AddCpu();
  body.AddLastSeen();
  body.AddMemory();
  body.AddPressures();
  body.AddSpecifications();
  if (state.machine != nullptr) body.AddMachine(*state.machine);
  return body.Take();
}

}  // namespace kubegauge::server
