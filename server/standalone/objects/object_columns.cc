#include <vector>

#include "server/standalone/objects/object_tables.h"

namespace kubegauge::server {
namespace {

constexpr std::string_view kNameDescription =
    "Name must be unique within a namespace. Is required when creating resources, although some "
    "resources may allow a client to request the generation of an appropriate name automatically. "
    "Name is primarily intended for creation idempotence and configuration definition. Cannot be "
    "updated. More info: "
    "https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";
constexpr std::string_view kAgeDescription =
    "CreationTimestamp is a timestamp representing the server time when this object was created. "
    "It is not guaranteed to be set in happens-before order across separate operations. Clients "
    "may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the "
    "system. Read-only. Null for lists. More info: "
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

constexpr ObjectColumn kName = {.name = "Name", .format = "name", .description = kNameDescription};
constexpr ObjectColumn kAge = {.name = "Age", .description = kAgeDescription};
constexpr ObjectColumn kContainers = {
    .name = "Containers", .description = "Names of each container in the template.", .priority = 1};
constexpr ObjectColumn kImages = {
    .name = "Images",
    .description = "Images referenced by each container in the template.",
    .priority = 1};

constexpr ObjectColumn Wide(std::string_view name, std::string_view description) {
  return {.name = name, .description = description, .priority = 1};
}
constexpr ObjectColumn Number(std::string_view name, std::string_view description) {
  return {.name = name, .type = "integer", .description = description};
}

std::vector<ObjectColumn> NodeColumns() {
  return {kName,
          {.name = "Status", .description = "The status of the node"},
          {.name = "Roles", .description = "The roles of the node"},
          kAge,
          {.name = "Version", .description = "Kubelet Version reported by the node."},
          Wide("Internal-IP", "List of addresses reachable to the node."),
          Wide("External-IP", "List of addresses reachable to the node."),
          Wide("OS-Image",
               "OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 "
               "(wheezy))."),
          Wide("Kernel-Version",
               "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64)."),
          Wide("Container-Runtime",
               "ContainerRuntime Version reported by the node through runtime remote API (e.g. "
               "containerd://1.4.2).")};
}

std::vector<ObjectColumn> PodColumns() {
  return {kName,
          {.name = "Ready",
           .description = "The aggregate readiness state of this pod for accepting traffic."},
          {.name = "Status", .description = "The aggregate status of the containers in this pod."},
          {.name = "Restarts",
           .description =
               "The number of times the containers in this pod have been restarted and when the "
               "last container in this pod has restarted."},
          kAge,
          Wide("IP",
               "podIP address allocated to the pod. Routable at least within the cluster. Empty if "
               "not yet allocated."),
          Wide("Node", "NodeName indicates in which node this pod is scheduled."),
          Wide("Nominated Node", "The node that a pod that cannot run yet is nominated for."),
          Wide("Readiness Gates", "The readiness gates of the pod that are met.")};
}

std::vector<ObjectColumn> DeploymentColumns() {
  return {kName,
          {.name = "Ready", .description = "Number of the pod with ready state"},
          Number("Up-to-date",
                 "Total number of non-terminating pods targeted by this deployment that have the "
                 "desired template spec."),
          Number("Available",
                 "Total number of available non-terminating pods (ready for at least "
                 "minReadySeconds) targeted by this deployment."),
          kAge,
          kContainers,
          kImages,
          Wide("Selector",
               "Label selector for pods. Existing ReplicaSets whose pods are selected by this will "
               "be the ones affected by this deployment. It must match the pod template's "
               "labels.")};
}

std::vector<ObjectColumn> ReplicaSetColumns() {
  return {kName,
          Number("Desired", "Replicas is the number of desired pods."),
          Number("Current", "Replicas is the most recently observed number of pods."),
          Number("Ready", "The number of pods targeted by this ReplicaSet with a Ready Condition."),
          kAge,
          kContainers,
          kImages,
          Wide("Selector",
               "Selector is a label query over pods that should match the replica "
               "count.")};
}

std::vector<ObjectColumn> HpaColumns() {
  return {kName,
          {.name = "Reference",
           .description = "scaleTargetRef points to the target resource to scale, and is used to "
                          "the pods for which metrics should be collected, as well as to actually "
                          "change the replica count."},
          {.name = "Targets",
           .description = "metrics contains the specifications for which to use to calculate the "
                          "desired replica count (the maximum replica count across all metrics "
                          "will be used).  The desired replica count is calculated multiplying the "
                          "ratio between the target value and the current value by the current "
                          "number of pods.  Ergo, metrics used must decrease as the pod count is "
                          "increased, and vice-versa.  See the individual metric source types for "
                          "more information about how each type of metric must respond. If not "
                          "set, the default metric will be set to 80% average CPU utilization."},
          {.name = "MinPods",
           .description = "minReplicas is the lower limit for the number of replicas to which the "
                          "autoscaler can scale down.  It defaults to 1 pod.  minReplicas is "
                          "allowed to be 0 if the alpha feature gate HPAScaleToZero is enabled and "
                          "at least one Object or External metric is configured.  Scaling is "
                          "active as long as at least one metric value is available."},
          {.name = "MaxPods",
           .description = "maxReplicas is the upper limit for the number of replicas to which the "
                          "autoscaler can scale up. It cannot be less that minReplicas."},
          {.name = "Replicas",
           .description = "currentReplicas is current number of replicas of pods managed by this "
                          "autoscaler, as last seen by the autoscaler."},
          kAge};
}

std::vector<ObjectColumn> ServiceColumns() {
  return {
      kName, {.name = "Type", .description = "type determines how the Service is exposed."}, kAge};
}

std::vector<ObjectColumn> EventColumns() {
  ObjectColumn count = Number("Count", "The number of times this event has occurred.");
  count.priority = 1;
  ObjectColumn name = kName;
  name.priority = 1;
  return {{.name = "Last Seen",
           .description = "The time at which the most recent occurrence of this event was "
                          "recorded."},
          {.name = "Type",
           .description = "Type of this event (Normal, Warning), new types could be added in the "
                          "future"},
          {.name = "Reason",
           .description = "This should be a short, machine understandable string that gives the "
                          "reason for the transition into the object's current status."},
          {.name = "Object", .description = "The object that this event is about."},
          Wide("Subobject", "The part of the object that this event is about."),
          Wide("Source", "The component reporting this event."),
          {.name = "Message",
           .description = "A human-readable description of the status of this operation."},
          Wide("First Seen",
               "The time at which the event was first recorded. (Time of server receipt is in "
               "TypeMeta.)"),
          count,
          name};
}

std::vector<ObjectColumn> ColumnsOf(const ResourceType& resource) {
  if (resource.name == "nodes") return NodeColumns();
  if (resource.name == "pods") return PodColumns();
  if (resource.name == "deployments") return DeploymentColumns();
  if (resource.name == "replicasets") return ReplicaSetColumns();
  if (resource.name == "horizontalpodautoscalers") return HpaColumns();
  if (resource.name == "events") return EventColumns();
  if (resource.name == "leases") {
    return {kName,
            {.name = "Holder",
             .description = "holderIdentity contains the identity of the holder of a current "
                            "lease."},
            kAge};
  }
  if (resource.name == "services") return ServiceColumns();
  return {kName, {.name = "Status", .description = "The status of the namespace"}, kAge};
}

Json ColumnsJson(const std::vector<ObjectColumn>& columns) {
  Json json = Json::array();
  for (const ObjectColumn& column : columns) {
    json.push_back({{"name", column.name},
                    {"type", column.type},
                    {"format", column.format},
                    {"description", column.description},
                    {"priority", column.priority}});
  }
  return json;
}

}  // namespace

Json ObjectColumnsJson(const ResourceType& resource) { return ColumnsJson(ColumnsOf(resource)); }

Json ScaleColumnsJson() {
  return ColumnsJson(
      {kName,
       Number("Desired", "replicas is the desired number of instances for the scaled object."),
       Number("Available",
              "replicas is the actual number of observed instances of the scaled object."),
       kAge});
}

}  // namespace kubegauge::server
