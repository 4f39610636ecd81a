#include "server/standalone/objects/deployment_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "kube/rfc3339.h"
#include "server/standalone/objects/int_or_percent.h"
#include "server/standalone/objects/last_applied.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/replica_set_plan.h"
#include "server/standalone/objects/scale_view.h"

namespace kubegauge::server {
namespace {

constexpr char kHashLabel[] = "pod-template-hash";
constexpr char kRevision[] = "deployment.kubernetes.io/revision";

const ResourceType& ReplicaSets() { return ResourceTypeNamed("replicasets"); }

// Ten letters that stand for a pod template.
std::string HashOf(const Json& pod_template) {
  constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  uint64_t hash = 14695981039346656037u;  // FNV-1a
  // No text ends the process, whoever let it in.
  const auto broken_texts = nlohmann::json::error_handler_t::replace;
  for (const char c : nlohmann::json(pod_template).dump(-1, ' ', false, broken_texts)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  std::string text;
  for (int i = 0; i < 10; ++i) {
    text += kLetters[hash % kLetters.size()];
    hash /= kLetters.size();
  }
  return text;
}

int64_t RevisionOf(const Json& object) {
  const Json annotations =
      object.value(Json::json_pointer("/metadata/annotations"), Json::object());
  const std::string text = annotations.value(kRevision, "");
  int64_t revision = 0;
  std::from_chars(text.data(), text.data() + text.size(), revision);
  return revision;
}

int64_t Wanted(const Json& object) { return NumberAt(object, "/spec/replicas", 1); }

class Planner {
 public:
  Planner(const DeploymentState& state, kube::RandomSource& random)
      : state_(state), random_(random), deployment_(*state.deployment.json) {}

  ObjectPlan Plan() {
    FindPresent();
    if (present_ == nullptr) {
      CreatePresent();
    } else {
      ScalePresent();
      ScaleEarlier();
      ForgetOldest();
    }
    WriteStatus();
    return std::move(plan_);
  }

 private:
  const Json& PodTemplate() const { return deployment_["spec"]["template"]; }

  // The ReplicaSet of the template; of a paused Deployment, the newest one.
  void FindPresent() {
    const std::string hash = HashOf(PodTemplate());
    const bool paused = deployment_["spec"].value("paused", false);
    for (const StoredObject& replica_set : state_.replica_sets) {
      const Json labels =
          replica_set.json->value(Json::json_pointer("/metadata/labels"), Json::object());
      if (labels.value(kHashLabel, "") == hash) present_ = &replica_set;
    }
    if (present_ != nullptr || !paused) return;
    const auto newest = std::max_element(
        state_.replica_sets.begin(), state_.replica_sets.end(),
        [](const auto& a, const auto& b) { return RevisionOf(*a.json) < RevisionOf(*b.json); });
    if (newest != state_.replica_sets.end()) present_ = &*newest;
  }

  // That of a template that comes into use, be it again.
  int64_t NextRevision() const {
    int64_t newest = 0;
    for (const StoredObject& replica_set : state_.replica_sets) {
      if (&replica_set != present_) newest = std::max(newest, RevisionOf(*replica_set.json));
    }
    return newest + 1;
  }

  // A ReplicaSet has those of its Deployment, which a rollback takes from there again.
  Json ReplicaSetAnnotations(int64_t revision) const {
    Json annotations =
        deployment_.value(Json::json_pointer("/metadata/annotations"), Json::object());
    annotations.erase(kLastAppliedAnnotation);
    annotations[kRevision] = fmt::format("{}", revision);
    return annotations;
  }

  void CreatePresent() {
    if (deployment_["spec"].value("paused", false)) return;
    const std::string hash = HashOf(PodTemplate());
    const NamespacedName key = {.namespace_name = state_.deployment.key.namespace_name,
                                .name = fmt::format("{}-{}", state_.deployment.key.name, hash)};
    Json pod_template = PodTemplate();
    pod_template["metadata"]["labels"][kHashLabel] = hash;
    Json selector = deployment_["spec"]["selector"];
    selector["matchLabels"][kHashLabel] = hash;
    Json object = {{"metadata",
                    {{"labels", pod_template["metadata"]["labels"]},
                     {"annotations", ReplicaSetAnnotations(NextRevision())},
                     {"ownerReferences", Json::array({{{"apiVersion", "apps/v1"},
                                                       {"kind", "Deployment"},
                                                       {"name", state_.deployment.key.name},
                                                       {"uid", MetadataText(deployment_, "uid")},
                                                       {"controller", true},
                                                       {"blockOwnerDeletion", true}}})}}},
                   {"spec",
                    {{"replicas", PresentTarget(0)},
                     {"selector", std::move(selector)},
                     {"template", std::move(pod_template)}}},
                   {"status", {{"replicas", 0}}}};
    PrepareNewMetadata(ReplicaSets(), key, state_.now_ns, random_, object);
    plan_.create.push_back({.resource = &ReplicaSets(), .key = key, .object = std::move(object)});
  }

  bool Recreates() const {
    return deployment_.value(Json::json_pointer("/spec/strategy/type"), "") == "Recreate";
  }

  int64_t Rolling(const char* pointer, bool round_up) const {
    const Json value = deployment_.value(Json::json_pointer(pointer), Json(0));
    return ResolveIntOrPercent(value, Wanted(deployment_), round_up).value_or(0);
  }
  int64_t MaxSurge() const { return Rolling("/spec/strategy/rollingUpdate/maxSurge", true); }
  int64_t MaxUnavailable() const {
    const int64_t max = Rolling("/spec/strategy/rollingUpdate/maxUnavailable", false);
    return max == 0 && MaxSurge() == 0 ? 1 : max;
  }

  // How many pods there may be of the present template, where there are to be `present` already.
  int64_t PresentTarget(int64_t present) const {
    const int64_t wanted = Wanted(deployment_);
    int64_t earlier = 0;
    int64_t earlier_pods = 0;
    for (const StoredObject& replica_set : state_.replica_sets) {
      if (&replica_set == present_) continue;
      earlier += Wanted(*replica_set.json);
      earlier_pods += PodsOf(replica_set);
    }
    if (Recreates()) return earlier_pods > 0 ? 0 : wanted;
    if (earlier == 0 || present >= wanted) return wanted;
    const int64_t room = std::max<int64_t>(wanted + MaxSurge() - earlier - present, 0);
    return std::min(wanted, present + room);
  }

  int64_t PodsOf(const StoredObject& replica_set, bool only_ready = false) const {
    const std::string uid = MetadataText(*replica_set.json, "uid");
    return std::count_if(state_.pods.begin(), state_.pods.end(), [&](const StoredObject& pod) {
      return IsControlledBy(*pod.json, uid) && (!only_ready || IsReady(*pod.json));
    });
  }

  void Scale(const StoredObject& replica_set, int64_t replicas) {
    Json object = *replica_set.json;
    if (Wanted(object) != replicas) {
      object["spec"]["replicas"] = replicas;
      object["metadata"]["generation"] = NumberAt(object, "/metadata/generation") + 1;
    }
    if (&replica_set == present_) {
      present_revision_ = std::max(RevisionOf(object), NextRevision());
      object["metadata"]["annotations"] = ReplicaSetAnnotations(present_revision_);
    }
    if (object == *replica_set.json) return;
    plan_.replace.push_back(
        {.resource = &ReplicaSets(), .known = replica_set, .object = std::move(object)});
  }

  void ScalePresent() { Scale(*present_, PresentTarget(Wanted(*present_->json))); }

  void ScaleEarlier() {
    const int64_t present_unready =
        std::max<int64_t>(Wanted(*present_->json) - PodsOf(*present_, /*only_ready=*/true), 0);
    int64_t all = 0;
    for (const StoredObject& replica_set : state_.replica_sets) all += Wanted(*replica_set.json);
    const int64_t min_available = Wanted(deployment_) - MaxUnavailable();
    int64_t spare = Recreates() ? all : std::max<int64_t>(all - min_available - present_unready, 0);
    std::vector<const StoredObject*> earlier;
    for (const StoredObject& replica_set : state_.replica_sets) {
      if (&replica_set != present_) earlier.push_back(&replica_set);
    }
    std::sort(earlier.begin(), earlier.end(), [](const StoredObject* a, const StoredObject* b) {
      return RevisionOf(*a->json) < RevisionOf(*b->json);
    });
    for (const StoredObject* replica_set : earlier) {
      const int64_t fewer = std::min(spare, Wanted(*replica_set->json));
      spare -= fewer;
      Scale(*replica_set, Wanted(*replica_set->json) - fewer);
    }
  }

  void ForgetOldest() {
    std::vector<const StoredObject*> idle;
    for (const StoredObject& replica_set : state_.replica_sets) {
      if (&replica_set == present_ || Wanted(*replica_set.json) > 0) continue;
      if (PodsOf(replica_set) == 0) idle.push_back(&replica_set);
    }
    std::sort(idle.begin(), idle.end(), [](const StoredObject* a, const StoredObject* b) {
      return RevisionOf(*a->json) < RevisionOf(*b->json);
    });
    const int64_t limit = NumberAt(deployment_, "/spec/revisionHistoryLimit", 10);
    for (size_t i = 0; static_cast<int64_t>(idle.size() - i) > limit; ++i) {
      plan_.remove.push_back({.resource = &ReplicaSets(), .known = *idle[i]});
    }
  }

  Json Condition(const char* type, bool is_true, const char* reason, std::string message) const {
    const std::string now = kube::FormatRfc3339(state_.now_ns);
    const std::string status = is_true ? "True" : "False";
    Json condition = {{"type", type},          {"status", status},
                      {"lastUpdateTime", now}, {"lastTransitionTime", now},
                      {"reason", reason},      {"message", std::move(message)}};
    for (const Json& known :
         deployment_.value(Json::json_pointer("/status/conditions"), Json::array())) {
      if (known.value("type", "") != type) continue;
      if (known["status"] == status && known["reason"] == reason) return known;
      if (known["status"] == status) condition["lastTransitionTime"] = known["lastTransitionTime"];
    }
    return condition;
  }

  Json Conditions(int64_t available, int64_t updated, int64_t replicas) const {
    const int64_t wanted = Wanted(deployment_);
    const bool enough = available >= wanted - MaxUnavailable();
    const bool complete = updated == wanted && replicas == wanted && available == wanted;
    const std::string replica_set =
        present_ == nullptr ? state_.deployment.key.name : present_->key.name;
    Json conditions = Json::array();
    conditions.push_back(enough ? Condition("Available", true, "MinimumReplicasAvailable",
                                            "Deployment has minimum availability.")
                                : Condition("Available", false, "MinimumReplicasUnavailable",
                                            "Deployment does not have minimum availability."));
    conditions.push_back(
        complete
            ? Condition("Progressing", true, "NewReplicaSetAvailable",
                        fmt::format("ReplicaSet \"{}\" has successfully progressed.", replica_set))
            : Condition("Progressing", true, "ReplicaSetUpdated",
                        fmt::format("ReplicaSet \"{}\" is progressing.", replica_set)));
    return conditions;
  }

  void WriteStatus() {
    const auto replicas = static_cast<int64_t>(state_.pods.size());
    const auto ready = std::count_if(state_.pods.begin(), state_.pods.end(),
                                     [](const auto& pod) { return IsReady(*pod.json); });
    const int64_t updated = present_ == nullptr ? 0 : PodsOf(*present_);
    const int64_t missing = std::max<int64_t>(Wanted(deployment_), replicas) - ready;
    Json status = {{"observedGeneration", NumberAt(deployment_, "/metadata/generation")}};
    // Zeros are left out.
    const auto put = [&](const char* name, int64_t number) {
      if (number > 0) status[name] = number;
    };
    put("replicas", replicas);
    put("updatedReplicas", updated);
    put("readyReplicas", ready);
    put("availableReplicas", ready);
    put("unavailableReplicas", missing);
    status["conditions"] = Conditions(ready, updated, replicas);
    Json object = deployment_;
    if (present_ != nullptr) {
      object["metadata"]["annotations"][kRevision] = fmt::format("{}", present_revision_);
    }
    object["status"] = std::move(status);
    if (object == deployment_) return;
    plan_.replace.push_back({.resource = &ResourceTypeNamed("deployments"),
                             .known = state_.deployment,
                             .object = std::move(object)});
  }

  const DeploymentState& state_;
  kube::RandomSource& random_;
  const Json& deployment_;
  const StoredObject* present_ = nullptr;  // the ReplicaSet of the present template
  int64_t present_revision_ = 0;
  ObjectPlan plan_;
};

}  // namespace

ObjectPlan PlanDeployment(const DeploymentState& state, kube::RandomSource& random) {
  return Planner(state, random).Plan();
}

}  // namespace kubegauge::server
