#include "server/standalone/objects/simulated_usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "kube/quantity.h"
#include "kube/rfc3339.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/replica_set_plan.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

std::string Annotation(const Json& object, const char* name) {
  const Json annotations =
      object.value(Json::json_pointer("/metadata/annotations"), Json::object());
  return annotations.value(name, "");
}

// The CPU limit of a container; all there is where it has none.
int64_t LimitOf(const Json& container) {
  const Json limits = container.value(Json::json_pointer("/resources/limits"), Json::object());
  if (!limits.contains("cpu")) return std::numeric_limits<int64_t>::max();
  const auto quantity = kube::Quantity::Parse(limits["cpu"].get<std::string>());
  return quantity.ok() ? quantity->ScaledValue(-9) : std::numeric_limits<int64_t>::max();
}

// When the containers of a ready pod were started.
int64_t StartOf(const Json& pod) {
  const Json statuses = pod.value(Json::json_pointer("/status/containerStatuses"), Json::array());
  if (statuses.empty()) return 0;
  const Json started = statuses[0].value(Json::json_pointer("/state/running/startedAt"), Json());
  if (!started.is_string()) return 0;
  const auto time = kube::ParseRfc3339(started.get<std::string>());
  return time.ok() ? *time : 0;
}

bool IsSamePod(const StoredObject& a, const StoredObject& b) {
  return a.key == b.key && MetadataText(*a.json, "uid") == MetadataText(*b.json, "uid");
}

std::vector<const Json*> ContainersByName(const Json& pod) {
  std::vector<const Json*> containers;
  for (const Json& container : pod.at("spec").at("containers")) containers.push_back(&container);
  std::sort(containers.begin(), containers.end(), [](const Json* a, const Json* b) {
    return (*a)["name"].get_ref<const std::string&>() < (*b)["name"].get_ref<const std::string&>();
  });
  return containers;
}

}  // namespace

SimulatedUsage::SimulatedUsage(const ObjectStore& store, std::filesystem::path directory,
                               const kube::Clock& clock, spdlog::logger& log)
    : store_(store),
      directory_(std::move(directory)),
      clock_(clock),
      log_(log),
      measured_at_ns_(clock.MonotonicNs()) {}

const SimulatedLoad* SimulatedUsage::LoadOf(const StoredObject& deployment) {
  const std::string text = Annotation(*deployment.json, kLoadAnnotation);
  Workload& workload = workloads_[MetadataText(*deployment.json, "uid")];
  if (workload.load_text != text) {
    workload = {.load_text = text, .load = std::nullopt};
    if (text.empty()) return nullptr;
    absl::StatusOr<SimulatedLoad> load = LoadSimulatedLoad(text, directory_);
    if (load.ok()) {
      workload.load = *std::move(load);
    } else {
      log_.warn("Cannot simulate a load deployment={}/{} load=\"{}\" error=\"{}\"",
                deployment.key.namespace_name, deployment.key.name, text,
                std::string(load.status().message()));
    }
  }
  return workload.load ? &*workload.load : nullptr;
}

const scraper::Sample& SimulatedUsage::Measure() {
  const int64_t now_ns = clock_.MonotonicNs();
  const int64_t elapsed_ns = now_ns - std::exchange(measured_at_ns_, now_ns);
  std::map<std::string, std::vector<StoredObject>> pods_by_owner;
  for (StoredObject& pod : store_.List(ResourceTypeNamed("pods")).objects) {
    if (pod.read_only || !IsReady(*pod.json)) continue;
    const Json owners = pod.json->at("metadata").value("ownerReferences", Json::array());
    for (const Json& owner : owners) {
      pods_by_owner[owner.value("uid", "")].push_back(pod);
    }
  }
  std::map<std::string, std::vector<StoredObject>> replica_sets_by_owner;
  for (StoredObject& set : store_.List(ResourceTypeNamed("replicasets")).objects) {
    const Json owners = set.json->at("metadata").value("ownerReferences", Json::array());
    for (const Json& owner : owners) replica_sets_by_owner[owner.value("uid", "")].push_back(set);
  }
  struct Use {
    int64_t nanocores;
    int64_t memory_bytes;
  };
  std::map<ObjectKey, std::pair<StoredObject, Use>> uses;
  for (const StoredObject& deployment : store_.List(ResourceTypeNamed("deployments")).objects) {
    std::vector<StoredObject> pods;
    for (const StoredObject& set : replica_sets_by_owner[MetadataText(*deployment.json, "uid")]) {
      const auto& own = pods_by_owner[MetadataText(*set.json, "uid")];
      pods.insert(pods.end(), own.begin(), own.end());
    }
    if (pods.empty()) continue;
    const SimulatedLoad* load = LoadOf(deployment);
    const int64_t age_ns = clock_.WallNs() - MetadataTimeNs(*deployment.json, "creationTimestamp");
    const int64_t demand = load == nullptr ? 0 : load->DemandNanocores(age_ns);
    const auto memory = ParseSimulatedMemory(Annotation(*deployment.json, kMemoryAnnotation));
    for (const StoredObject& pod : pods) {
      uses[pod.key] = {pod,
                       {.nanocores = demand / static_cast<int64_t>(pods.size()),
                        .memory_bytes = memory.ok() ? *memory : kDefaultSimulatedMemoryBytes}};
    }
  }
  const std::vector<StoredObject> before = std::exchange(pods_, {});
  sample_.Clear();
  sample_.start_times = scraper::StartTimes::kOfRuntime;
  for (const auto& [key, entry] : uses) pods_.push_back(entry.first);
  for (const StoredObject& pod : pods_) {
    const Use& use = uses.at(pod.key).second;
    MeasurePod(pod, use.nanocores, use.memory_bytes, elapsed_ns);
  }
  for (auto counter = counters_.begin(); counter != counters_.end();) {
    counter =
        std::exchange(counter->second.seen, false) ? std::next(counter) : counters_.erase(counter);
  }
  if (!std::equal(before.begin(), before.end(), pods_.begin(), pods_.end(), IsSamePod)) {
    ++pods_version_;
  }
  return sample_;
}

void SimulatedUsage::MeasurePod(const StoredObject& pod, int64_t nanocores, int64_t memory_bytes,
                                int64_t elapsed_ns) {
  const std::vector<const Json*> containers = ContainersByName(*pod.json);
  const auto count = static_cast<int64_t>(containers.size());
  sample_.pods.push_back({.namespace_name = pod.key.namespace_name,
                          .name = pod.key.name,
                          .first_container = static_cast<uint32_t>(sample_.containers.size()),
                          .container_count = static_cast<uint32_t>(count)});
  const int64_t start_ns = StartOf(*pod.json);
  for (const Json* container : containers) {
    const std::string& name = (*container)["name"].get_ref<const std::string&>();
    Counter& counter = counters_[MetadataText(*pod.json, "uid") + "/" + name];
    counter.seen = true;
    const int64_t used = std::min(nanocores / count, LimitOf(*container));
    counter.cpu_ns += static_cast<uint64_t>(static_cast<double>(used) / kSecondNs *
                                            static_cast<double>(elapsed_ns));
    sample_.containers.push_back(
        {.name = name,
         .point =
             scraper::UsagePoint{.start_time_ns = start_ns,
                                 .timestamp_ns = clock_.WallNs(),
                                 .cpu_ns = counter.cpu_ns,
                                 .working_set_bytes = static_cast<uint64_t>(memory_bytes / count)},
         .instantaneous_nanocores = std::nullopt});
  }
}

std::vector<kube::ObjectMetaRef> SimulatedUsage::Pods() const {
  std::vector<kube::ObjectMetaRef> metas;
  for (const StoredObject& pod : pods_) {
    const Json labels = pod.json->value(Json::json_pointer("/metadata/labels"), Json::object());
    std::vector<kube::Label> views;
    for (const auto& [key, value] : labels.items()) {
      views.emplace_back(key, value.get_ref<const std::string&>());
    }
    metas.push_back(kube::ObjectMeta::Create(pod.key.namespace_name, pod.key.name, views));
  }
  return metas;
}

}  // namespace kubegauge::server
