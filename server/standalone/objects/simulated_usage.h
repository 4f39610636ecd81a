#pragma once

#include <spdlog/logger.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kube/clock.h"
#include "kube/object_meta.h"
#include "scraper/sample.h"
#include "server/standalone/objects/object_store.h"
#include "server/standalone/objects/simulated_load.h"

namespace kubegauge::server {

// What the simulated pods use: the load of a Deployment is shared by its ready pods, equally, each
// up to its containers' CPU limits; a pod's memory is what the Deployment says. Counters grow by
// the present use times the time since the last measurement. Not thread-safe.
class SimulatedUsage {
 public:
  // Loads from files are read from `directory`; empty: none may. Keeps references.
  SimulatedUsage(const ObjectStore& store, std::filesystem::path directory,
                 const kube::Clock& clock, spdlog::logger& log);

  // Measures. The sample and the names in it stay valid until the next call.
  const scraper::Sample& Measure();
  // The pods of the last sample.
  std::vector<kube::ObjectMetaRef> Pods() const;
  // Changes with the set of pods.
  uint64_t pods_version() const { return pods_version_; }

 private:
  struct Workload {
    std::string load_text;
    std::optional<SimulatedLoad> load;
  };
  struct Use {
    StoredObject pod;
    int64_t nanocores = 0;
    int64_t memory_bytes = 0;
  };
  struct Counter {
    uint64_t cpu_ns = 0;
    bool seen = false;
  };

  const SimulatedLoad* LoadOf(const StoredObject& deployment);
  // What each ready pod of a Deployment uses now.
  std::map<NamespacedName, Use> PresentUses();
  // Since the last measurement, and what the wall clock says at its end.
  struct Interval {
    int64_t elapsed_ns = 0;
    int64_t end_ns = 0;
  };
  void MeasurePod(const StoredObject& pod, const Use& use, const Interval& interval);

  const ObjectStore& store_;
  const std::filesystem::path directory_;
  const kube::Clock& clock_;
  spdlog::logger& log_;
  int64_t measured_at_ns_ = 0;                 // monotonic
  std::map<std::string, Workload> workloads_;  // by the uid of the Deployment
  std::map<std::string, Counter> counters_;    // by the uid of the pod and the container's name
  std::vector<StoredObject> pods_;             // of the sample, by namespace and name
  uint64_t pods_version_ = 0;
  scraper::Sample sample_;
};

}  // namespace kubegauge::server
