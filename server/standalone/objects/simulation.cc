#include "server/standalone/objects/simulation.h"

#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/replica_set_plan.h"

namespace kubegauge::server {
namespace {

constexpr int kMaxRounds = 100;
constexpr std::chrono::milliseconds kInterval(50);
// When nothing changed: pods may have become ready.
constexpr int64_t kIdleIntervalNs = 500'000'000;

// Those that an owner of that uid controls.
std::vector<StoredObject> ControlledBy(const std::string& uid,
                                       const std::vector<StoredObject>& objects) {
  std::vector<StoredObject> controlled;
  for (const StoredObject& object : objects) {
    if (IsControlledBy(*object.json, uid)) controlled.push_back(object);
  }
  return controlled;
}

// The uid of what controls an object; "" for none.
std::string ControllerOf(const Json& object) {
  const Json owners = object.at("metadata").value("ownerReferences", Json::array());
  for (const Json& owner : owners) {
    if (owner.value("controller", false)) return owner.value("uid", "");
  }
  return "";
}

}  // namespace

Simulation::Simulation(ObjectStore& store, const kube::Clock& clock, kube::RandomSource& random,
                       const SimulationOptions& options)
    : store_(store), clock_(clock), random_(random), options_(options) {}

void Simulation::Settle() {
  settled_at_ns_ = clock_.MonotonicNs();
  ForgetEvents();
  for (int i = 0; i < kMaxRounds; ++i) {
    settled_version_ = store_.version();
    if (!Step()) return;
  }
}

boost::asio::awaitable<void> Simulation::Run(kube::Sleeper& sleeper) {
  while (true) {
    const bool is_due = clock_.MonotonicNs() - settled_at_ns_ >= kIdleIntervalNs;
    if (is_due || store_.version() != settled_version_) Settle();
    co_await sleeper.SleepFor(kInterval);
  }
}

bool Simulation::Step() {
  bool wrote = CollectGarbage();
  const auto deployments = store_.List(ResourceTypeNamed("deployments")).objects;
  const auto replica_sets = store_.List(ResourceTypeNamed("replicasets")).objects;
  if (deployments.empty() && replica_sets.empty()) return wrote;
  const auto pods = store_.List(ResourceTypeNamed("pods")).objects;
  const int64_t now_ns = clock_.WallNs();
  for (const StoredObject& deployment : deployments) {
    DeploymentState state{
        .deployment = deployment, .replica_sets = {}, .pods = {}, .now_ns = now_ns};
    state.replica_sets = ControlledBy(MetadataText(*deployment.json, "uid"), replica_sets);
    for (const StoredObject& replica_set : state.replica_sets) {
      auto own = ControlledBy(MetadataText(*replica_set.json, "uid"), pods);
      state.pods.insert(state.pods.end(), own.begin(), own.end());
    }
    wrote |= CarryOut(PlanDeployment(state, random_));
  }
  for (const StoredObject& replica_set : replica_sets) {
    wrote |=
        CarryOut(PlanReplicaSet({.replica_set = replica_set,
                                 .pods = ControlledBy(MetadataText(*replica_set.json, "uid"), pods),
                                 .now_ns = now_ns,
                                 .start_delay_ns = options_.start_delay_ns},
                                random_));
  }
  return wrote;
}

bool Simulation::CollectGarbage() {
  bool wrote = false;
  std::set<std::string> owners;
  for (const char* name : {"deployments", "replicasets", "pods"}) {
    const ResourceType& resource = ResourceTypeNamed(name);
    for (const StoredObject& object : store_.List(resource).objects) {
      const std::string owner = ControllerOf(*object.json);
      if (object.read_only || owner.empty() || owners.contains(owner)) {
        owners.insert(MetadataText(*object.json, "uid"));
      } else {
        wrote |= store_.Remove(resource, object.key).ok();
      }
    }
  }
  return wrote;
}

void Simulation::ForgetEvents() {
  const ResourceType& events = ResourceTypeNamed("events");
  const int64_t oldest_ns = clock_.WallNs() - options_.event_lifetime_ns;
  for (const StoredObject& event : store_.List(events).objects) {
    // A series that goes on is written again and again; its creation stays.
    const Json& json = *event.json;
    const Json last = json.value("lastTimestamp", Json());
    const auto time = last.is_string() ? MetadataTimeNs({{"metadata", {{"t", last}}}}, "t")
                                       : MetadataTimeNs(json, "creationTimestamp");
    if (time < oldest_ns) store_.Remove(events, event.key, event.version);
  }
}

bool Simulation::CarryOut(ObjectPlan plan) {
  // What somebody else has just changed is looked at again in the next step.
  const bool wrote = !plan.empty();
  for (auto& creation : plan.create) {
    store_.Insert(*creation.resource, creation.key, std::move(creation.object));
  }
  for (auto& replacement : plan.replace) {
    store_.Replace(*replacement.resource, replacement.known.key, replacement.known.version,
                   std::move(replacement.object));
  }
  for (const auto& removal : plan.remove) {
    store_.Remove(*removal.resource, removal.known.key, removal.known.version);
  }
  return wrote;
}

}  // namespace kubegauge::server
