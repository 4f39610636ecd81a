#include "server/standalone/objects/replica_set_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "kube/rfc3339.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/scale_view.h"

namespace kubegauge::server {
namespace {

const ResourceType& Pods() { return ResourceTypeNamed("pods"); }

Json Condition(const char* type, bool is_true, const std::string& time) {
  return {{"type", type},
          {"status", is_true ? "True" : "False"},
          {"lastProbeTime", nullptr},
          {"lastTransitionTime", time}};
}

Json Conditions(bool ready, const std::string& created, const std::string& now) {
  Json conditions = Json::array();
  conditions.push_back(Condition("Initialized", true, created));
  conditions.push_back(Condition("Ready", ready, ready ? now : created));
  conditions.push_back(Condition("ContainersReady", ready, ready ? now : created));
  conditions.push_back(Condition("PodScheduled", true, created));
  return conditions;
}

Json ContainerStatuses(const Json& spec, bool ready, const std::string& now) {
  Json statuses = Json::array();
  for (const Json& container : spec.value("containers", Json::array())) {
    Json state = {{"waiting", {{"reason", "ContainerCreating"}}}};
    if (ready) state = {{"running", {{"startedAt", now}}}};
    const std::string image = container.value("image", "");
    statuses.push_back({{"name", container.value("name", "")},
                        {"state", std::move(state)},
                        {"lastState", Json::object()},
                        {"ready", ready},
                        {"restartCount", 0},
                        {"image", image},
                        {"imageID", ""},
                        {"started", ready}});
  }
  return statuses;
}

std::string QosClass(const Json& spec) {
  bool any = false;
  bool all = true;
  for (const Json& container : spec.value("containers", Json::array())) {
    const Json resources = container.value("resources", Json::object());
    const Json limits = resources.value("limits", Json::object());
    const Json requests = resources.value("requests", Json::object());
    any |= !limits.empty() || !requests.empty();
    for (const char* name : {"cpu", "memory"}) {
      all &= limits.contains(name) && requests.contains(name) && limits[name] == requests[name];
    }
  }
  if (!any) return "BestEffort";
  return all ? "Guaranteed" : "Burstable";
}

Json PodStatus(const Json& spec, bool ready, const std::string& created, const std::string& now) {
  return {{"phase", ready ? "Running" : "Pending"},
          {"conditions", Conditions(ready, created, now)},
          {"startTime", created},
          {"containerStatuses", ContainerStatuses(spec, ready, now)},
          {"qosClass", QosClass(spec)}};
}

// What is limited and not requested is requested as it is limited.
void RequestWhatIsLimited(Json& spec) {
  for (const char* list : {"initContainers", "containers"}) {
    if (!spec.contains(list)) continue;
    for (Json& container : spec[list]) {
      const Json limits = container.value(Json::json_pointer("/resources/limits"), Json::object());
      for (const auto& [name, amount] : limits.items()) {
        Json& requests = container["resources"]["requests"];
        if (!requests.contains(name)) requests[name] = amount;
      }
    }
  }
}

Json NewPod(const ReplicaSetState& state, const NamespacedName& key, const std::string& prefix,
            kube::RandomSource& random) {
  const Json& owner = *state.replica_set.json;
  const Json pod_template = owner["spec"].value("template", Json::object());
  Json spec = pod_template.value("spec", Json::object());
  RequestWhatIsLimited(spec);
  spec["nodeName"] = kSimulatedNode;
  const std::string now = kube::FormatRfc3339(state.now_ns);
  Json pod = {{"metadata", {{"generateName", prefix}}}};
  for (const char* kept : {"labels", "annotations"}) {
    const Json value = pod_template.value(Json::json_pointer("/metadata"), Json::object())
                           .value(kept, Json::object());
    if (!value.empty()) pod["metadata"][kept] = value;
  }
  pod["metadata"]["ownerReferences"] = Json::array({{{"apiVersion", "apps/v1"},
                                                     {"kind", "ReplicaSet"},
                                                     {"name", state.replica_set.key.name},
                                                     {"uid", MetadataText(owner, "uid")},
                                                     {"controller", true},
                                                     {"blockOwnerDeletion", true}}});
  pod["status"] = PodStatus(spec, /*ready=*/false, now, now);
  pod["spec"] = std::move(spec);
  PrepareNewMetadata(Pods(), key, state.now_ns, random, pod);
  return pod;
}

// Those that go first come first.
std::vector<const StoredObject*> InOrderOfDeletion(const std::vector<StoredObject>& pods) {
  std::vector<const StoredObject*> order;
  for (const StoredObject& pod : pods) order.push_back(&pod);
  std::sort(order.begin(), order.end(), [](const StoredObject* a, const StoredObject* b) {
    const auto rank = [](const StoredObject& pod) {
      return std::tuple(IsReady(*pod.json), -MetadataTimeNs(*pod.json, "creationTimestamp"),
                        pod.key.name);
    };
    return rank(*a) < rank(*b);
  });
  return order;
}

void PlanReadiness(const ReplicaSetState& state, ObjectPlan& plan) {
  for (const StoredObject& pod : state.pods) {
    const int64_t created_ns = MetadataTimeNs(*pod.json, "creationTimestamp");
    if (IsReady(*pod.json) || state.now_ns < created_ns + state.start_delay_ns) continue;
    Json ready = *pod.json;
    ready["status"] = PodStatus(ready["spec"], /*ready=*/true, kube::FormatRfc3339(created_ns),
                                kube::FormatRfc3339(state.now_ns));
    plan.replace.push_back({.resource = &Pods(), .known = pod, .object = std::move(ready)});
  }
}

void PlanStatus(const ReplicaSetState& state, ObjectPlan& plan) {
  const Json& known = *state.replica_set.json;
  const auto ready = std::count_if(state.pods.begin(), state.pods.end(),
                                   [](const auto& pod) { return IsReady(*pod.json); });
  Json status = {{"replicas", state.pods.size()}};
  if (!state.pods.empty()) status["fullyLabeledReplicas"] = state.pods.size();
  if (ready > 0) status["readyReplicas"] = ready;
  if (ready > 0) status["availableReplicas"] = ready;
  status["observedGeneration"] = NumberAt(known, "/metadata/generation");
  if (known.value("status", Json()) == status) return;
  Json object = known;
  object["status"] = std::move(status);
  plan.replace.push_back({.resource = &ResourceTypeNamed("replicasets"),
                          .known = state.replica_set,
                          .object = std::move(object)});
}

}  // namespace

ObjectPlan PlanReplicaSet(const ReplicaSetState& state, kube::RandomSource& random) {
  ObjectPlan plan;
  const auto wanted = static_cast<size_t>(
      std::max<int64_t>(NumberAt(*state.replica_set.json, "/spec/replicas", 1), 0));
  const std::string prefix = state.replica_set.key.name + "-";
  for (size_t count = state.pods.size(); count < wanted; ++count) {
    const NamespacedName key = {.namespace_name = state.replica_set.key.namespace_name,
                                .name = prefix + RandomSuffix(random)};
    plan.create.push_back(
        {.resource = &Pods(), .key = key, .object = NewPod(state, key, prefix, random)});
  }
  if (state.pods.size() > wanted) {
    const auto order = InOrderOfDeletion(state.pods);
    for (size_t i = 0; i < state.pods.size() - wanted; ++i) {
      plan.remove.push_back({.resource = &Pods(), .known = *order[i]});
    }
  }
  if (plan.empty()) PlanReadiness(state, plan);
  PlanStatus(state, plan);
  return plan;
}

bool IsReady(const Json& pod) {
  const Json conditions = pod.value(Json::json_pointer("/status/conditions"), Json::array());
  return std::any_of(conditions.begin(), conditions.end(), [](const Json& condition) {
    return condition.value("type", "") == "Ready" && condition.value("status", "") == "True";
  });
}

bool IsControlledBy(const Json& object, const std::string& uid) {
  const Json owners = object.at("metadata").value("ownerReferences", Json::array());
  return std::any_of(owners.begin(), owners.end(), [&](const Json& owner) {
    return owner.value("uid", "") == uid && owner.value("controller", false);
  });
}

int64_t MetadataTimeNs(const Json& object, const char* key) {
  const auto time = kube::ParseRfc3339(MetadataText(object, key));
  return time.ok() ? *time : 0;
}

}  // namespace kubegauge::server
