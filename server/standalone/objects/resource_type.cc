#include "server/standalone/objects/resource_type.h"

#include <algorithm>

#include "server/standalone/objects/object_rules.h"
#include "server/standalone/objects/reviews.h"

namespace kubegauge::server {
namespace {

const std::vector<std::string_view> kReadVerbs = {"get", "list", "watch"};
const std::vector<std::string_view> kAllVerbs = {"create", "delete", "deletecollection", "get",
                                                 "list",   "patch",  "update",           "watch"};

// Of both groups that show events: they name some fields in their own way.
const std::vector<std::string_view> kEventFields = {"involvedObject.apiVersion",
                                                    "involvedObject.fieldPath",
                                                    "involvedObject.kind",
                                                    "involvedObject.name",
                                                    "involvedObject.namespace",
                                                    "involvedObject.resourceVersion",
                                                    "involvedObject.uid",
                                                    "reason",
                                                    "regarding.apiVersion",
                                                    "regarding.fieldPath",
                                                    "regarding.kind",
                                                    "regarding.name",
                                                    "regarding.namespace",
                                                    "regarding.resourceVersion",
                                                    "regarding.uid",
                                                    "reportingComponent",
                                                    "reportingController",
                                                    "source",
                                                    "type"};

ResourceType EventsType() {
  return {.name = "events",
          .singular = "event",
          .kind = "Event",
          .served = {{"", "v1"}, {"events.k8s.io", "v1"}},
          .short_names = {"ev"},
          .verbs = kAllVerbs,
          .selectable_fields = kEventFields,
          .rules = &EventRules()};
}

ResourceType NamespacesType() {
  return {.name = "namespaces",
          .singular = "namespace",
          .kind = "Namespace",
          .namespaced = false,
          .served = {{"", "v1"}},
          .short_names = {"ns"},
          .verbs = {"create", "delete", "get", "list", "patch", "update", "watch"},
          .selectable_fields = {"status.phase"},
          .rules = &NamespaceRules()};
}

ResourceType NodesType() {
  return {.name = "nodes",
          .singular = "node",
          .kind = "Node",
          .namespaced = false,
          .served = {{"", "v1"}},
          .short_names = {"no"},
          .verbs = kReadVerbs,
          .selectable_fields = {"spec.unschedulable"},
          .rules = &PlainRules()};
}

ResourceType PodsType() {
  return {.name = "pods",
          .singular = "pod",
          .kind = "Pod",
          .served = {{"", "v1"}},
          .short_names = {"po"},
          .categories = {"all"},
          .verbs = {"delete", "deletecollection", "get", "list", "watch"},
          .selectable_fields = {"spec.nodeName", "spec.restartPolicy", "spec.schedulerName",
                                "spec.serviceAccountName", "spec.hostNetwork", "status.phase",
                                "status.podIP", "status.podIPs", "status.nominatedNodeName"},
          .rules = &PlainRules()};
}

ResourceType ServicesType() {
  return {.name = "services",
          .singular = "service",
          .kind = "Service",
          .served = {{"", "v1"}},
          .short_names = {"svc"},
          .categories = {"all"},
          .verbs = kReadVerbs,
          .selectable_fields = {"spec.clusterIP", "spec.type"},
          .rules = &PlainRules()};
}

ResourceType DeploymentsType() {
  return {.name = "deployments",
          .singular = "deployment",
          .kind = "Deployment",
          .served = {{"apps", "v1"}},
          .short_names = {"deploy"},
          .categories = {"all"},
          .verbs = kAllVerbs,
          .has_status = true,
          .has_scale = true,
          .counts_generations = true,
          .rules = &DeploymentRules()};
}

ResourceType ReplicaSetsType() {
  return {.name = "replicasets",
          .singular = "replicaset",
          .kind = "ReplicaSet",
          .served = {{"apps", "v1"}},
          .short_names = {"rs"},
          .categories = {"all"},
          .verbs = kAllVerbs,
          .has_status = true,
          .has_scale = true,
          .counts_generations = true,
          .rules = &ReplicaSetRules()};
}

ResourceType HorizontalPodAutoscalersType() {
  return {.name = "horizontalpodautoscalers",
          .singular = "horizontalpodautoscaler",
          .kind = "HorizontalPodAutoscaler",
          .served = {{"autoscaling", "v2"}, {"autoscaling", "v1"}},
          .short_names = {"hpa"},
          .categories = {"all"},
          .verbs = kAllVerbs,
          .has_status = true,
          .rules = &HpaRules()};
}

ResourceType LeasesType() {
  return {.name = "leases",
          .singular = "lease",
          .kind = "Lease",
          .served = {{"coordination.k8s.io", "v1"}},
          .verbs = kAllVerbs,
          .rules = &LeaseRules()};
}

// A question that whoever asks puts about themselves.
ResourceType ReviewType(std::string_view name, std::string_view singular, std::string_view kind,
                        std::string_view group, const Review& review) {
  return {.name = name,
          .singular = singular,
          .kind = kind,
          .namespaced = false,
          .served = {{group, "v1"}},
          .verbs = {"create"},
          .rules = &PlainRules(),
          .review = &review};
}

// In the order of discovery.
std::vector<ResourceType> MakeTypes() {
  constexpr std::string_view kAuthorization = "authorization.k8s.io";
  return {EventsType(),
          NamespacesType(),
          NodesType(),
          PodsType(),
          ServicesType(),
          DeploymentsType(),
          ReplicaSetsType(),
          HorizontalPodAutoscalersType(),
          LeasesType(),
          ReviewType("selfsubjectreviews", "selfsubjectreview", "SelfSubjectReview",
                     "authentication.k8s.io", SelfReview()),
          ReviewType("selfsubjectaccessreviews", "selfsubjectaccessreview",
                     "SelfSubjectAccessReview", kAuthorization, SelfAccessReview()),
          ReviewType("selfsubjectrulesreviews", "selfsubjectrulesreview", "SelfSubjectRulesReview",
                     kAuthorization, SelfRulesReview())};
}

const std::vector<ResourceType>& Types() {
  static const std::vector<ResourceType> types = MakeTypes();
  return types;
}

}  // namespace

std::string ServedVersion::ApiVersion() const {
  return group.empty() ? std::string(version) : std::string(group) + "/" + std::string(version);
}

bool ResourceType::Allows(std::string_view verb) const {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

bool ResourceType::Serves(std::string_view group, std::string_view version) const {
  return std::find(served.begin(), served.end(), ServedVersion{group, version}) != served.end();
}

std::span<const ResourceType> ResourceTypes() { return Types(); }

const ResourceType* FindResourceType(std::string_view group, std::string_view version,
                                     std::string_view name) {
  for (const ResourceType& type : Types()) {
    if (type.name == name && type.Serves(group, version)) return &type;
  }
  return nullptr;
}

const ResourceType& ResourceTypeNamed(std::string_view name) {
  return *std::find_if(Types().begin(), Types().end(),
                       [&](const ResourceType& type) { return type.name == name; });
}

}  // namespace kubegauge::server
