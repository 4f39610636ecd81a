#include "server/standalone/objects/simulated_usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "kube/quantity.h"
#include "kube/rfc3339.h"
#include "kube/time_units.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/replica_set_plan.h"

namespace kubegauge::server {
namespace {

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

// Objects by the uids of their owners.
class OwnedObjects {
 public:
  explicit OwnedObjects(const std::vector<StoredObject>& objects) {
    for (const StoredObject& object : objects) {
      const Json owners = object.json->at("metadata").value("ownerReferences", Json::array());
      for (const Json& owner : owners) by_owner_[owner.value("uid", "")].push_back(object);
    }
  }

  const std::vector<StoredObject>& Of(const StoredObject& owner) const {
    const auto found = by_owner_.find(MetadataText(*owner.json, "uid"));
    return found == by_owner_.end() ? none_ : found->second;
  }

 private:
  std::map<std::string, std::vector<StoredObject>> by_owner_;
  const std::vector<StoredObject> none_;
};

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

std::map<NamespacedName, SimulatedUsage::Use> SimulatedUsage::PresentUses() {
  std::vector<StoredObject> ready = store_.List(ResourceTypeNamed("pods")).objects;
  std::erase_if(ready,
                [](const StoredObject& pod) { return pod.read_only || !IsReady(*pod.json); });
  const OwnedObjects pods(ready);
  const OwnedObjects replica_sets(store_.List(ResourceTypeNamed("replicasets")).objects);
  std::map<NamespacedName, Use> uses;
  for (const StoredObject& deployment : store_.List(ResourceTypeNamed("deployments")).objects) {
    std::vector<StoredObject> own;
    for (const StoredObject& set : replica_sets.Of(deployment)) {
      const std::vector<StoredObject>& more = pods.Of(set);
      own.insert(own.end(), more.begin(), more.end());
    }
    if (own.empty()) continue;
    const SimulatedLoad* load = LoadOf(deployment);
    const int64_t age_ns = clock_.WallNs() - MetadataTimeNs(*deployment.json, "creationTimestamp");
    const int64_t demand = load == nullptr ? 0 : load->DemandNanocores(age_ns);
    const auto memory = ParseSimulatedMemory(Annotation(*deployment.json, kMemoryAnnotation));
    for (const StoredObject& pod : own) {
      uses[pod.key] = {.pod = pod,
                       .nanocores = demand / static_cast<int64_t>(own.size()),
                       .memory_bytes = memory.ok() ? *memory : kDefaultSimulatedMemoryBytes};
    }
  }
  return uses;
}

const scraper::Sample& SimulatedUsage::Measure() {
  const int64_t now_ns = clock_.MonotonicNs();
  // Both clocks are read at once: a rate is CPU time over the difference of these stamps, and on a
  // busy machine a later one would be later by more than the next.
  const Interval interval{.elapsed_ns = now_ns - std::exchange(measured_at_ns_, now_ns),
                          .end_ns = clock_.WallNs()};
  const std::map<NamespacedName, Use> uses = PresentUses();
  const std::vector<StoredObject> before = std::exchange(pods_, {});
  for (const auto& [key, use] : uses) pods_.push_back(use.pod);
  sample_.Clear();
  // The names in the sample are those of pods_, which stays as it is from here on.
  for (const StoredObject& pod : pods_) MeasurePod(pod, uses.at(pod.key), interval);
  for (auto counter = counters_.begin(); counter != counters_.end();) {
    counter =
        std::exchange(counter->second.seen, false) ? std::next(counter) : counters_.erase(counter);
  }
  if (!std::equal(before.begin(), before.end(), pods_.begin(), pods_.end(), IsSamePod)) {
    ++pods_version_;
  }
  return sample_;
}

void SimulatedUsage::MeasurePod(const StoredObject& pod, const Use& use, const Interval& interval) {
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
    const int64_t used = std::min(use.nanocores / count, LimitOf(*container));
    counter.cpu_ns += static_cast<uint64_t>(static_cast<double>(used) / kube::kNsPerSecond *
                                            static_cast<double>(interval.elapsed_ns));
    sample_.containers.push_back(
        {.name = name,
         .point = scraper::UsagePoint{.start_time_ns = start_ns,
                                      .timestamp_ns = interval.end_ns,
                                      .cpu_ns = counter.cpu_ns,
                                      .working_set_bytes =
                                          static_cast<uint64_t>(use.memory_bytes / count)},
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
