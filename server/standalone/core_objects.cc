#include "server/standalone/core_objects.h"

#include <fmt/format.h>

#include <utility>

#include "kube/go_json.h"
#include "kube/rfc3339.h"

namespace kubegauge::server {
namespace {

Json TimeJson(int64_t unix_ns) {
  if (unix_ns == 0) return nullptr;
  return kube::FormatRfc3339(unix_ns);
}

Json MetadataJson(std::string_view namespace_name, std::string_view name, std::string_view uid,
                  uint64_t resource_version, int64_t creation_ns, const Labels& labels) {
  Json metadata = {{"name", name}};
  if (!namespace_name.empty()) metadata["namespace"] = namespace_name;
  metadata["uid"] = uid;
  metadata["resourceVersion"] = fmt::format("{}", resource_version);
  metadata["creationTimestamp"] = TimeJson(creation_ns);
  if (!labels.empty()) metadata["labels"] = labels;
  return metadata;
}

std::string CpuText(int64_t millicores) {
  return millicores % 1000 == 0 ? fmt::format("{}", millicores / 1000)
                                : fmt::format("{}m", millicores);
}

// In KiB where it divides, as the kubelet reports a node's memory.
std::string MemoryText(int64_t bytes) {
  return bytes % 1024 == 0 ? fmt::format("{}Ki", bytes / 1024) : fmt::format("{}", bytes);
}

Json ResourcesJson(const NodeResources& resources) {
  return {{"cpu", CpuText(resources.cpu_millicores)},
          {"memory", MemoryText(resources.memory_bytes)},
          {"pods", fmt::format("{}", resources.pods)}};
}

Json AddressesJson(const NodeRecord& node) {
  Json addresses = Json::array();
  if (!node.internal_ip.empty()) {
    addresses.push_back({{"type", "InternalIP"}, {"address", node.internal_ip}});
  }
  addresses.push_back({{"type", "Hostname"}, {"address", node.hostname}});
  return addresses;
}

Json SystemJson(const NodeSystemInfo& system) {
  return {{"machineID", system.machine_id},
          {"systemUUID", system.system_uuid},
          {"bootID", system.boot_id},
          {"kernelVersion", system.kernel_version},
          {"osImage", system.os_image},
          {"containerRuntimeVersion", system.container_runtime_version},
          {"kubeletVersion", system.kubelet_version},
          {"kubeProxyVersion", ""},
          {"operatingSystem", system.operating_system},
          {"architecture", system.architecture}};
}

// The node is the machine that answers: the answer itself is its heartbeat.
Json ReadyConditionJson(const NodeRecord& node, int64_t now_ns) {
  return {{"type", "Ready"},
          {"status", "True"},
          {"lastHeartbeatTime", TimeJson(now_ns)},
          {"lastTransitionTime", TimeJson(node.creation_ns)},
          {"reason", "KubegaugeReady"},
          {"message", "kubegauge reads the cgroups of this machine"}};
}

Json ContainerSpecJson(const ContainerRecord& container) {
  return {{"name", container.name}, {"resources", Json::object()}};
}

Json ContainerStatusJson(const ContainerRecord& container) {
  Json status = {{"name", container.name},
                 {"state", {{"running", {{"startedAt", TimeJson(container.start_ns)}}}}},
                 {"lastState", Json::object()},
                 {"ready", true},
                 {"restartCount", 0},
                 {"image", ""},
                 {"imageID", ""}};
  if (!container.container_id.empty()) status["containerID"] = container.container_id;
  status["started"] = true;
  return status;
}

Json PodStatusJson(const PodRecord& pod, const NodeRecord& node) {
  Json condition = {{"type", "Ready"},
                    {"status", "True"},
                    {"lastProbeTime", nullptr},
                    {"lastTransitionTime", TimeJson(pod.creation_ns)}};
  Json status = {{"phase", "Running"}, {"conditions", Json::array({std::move(condition)})}};
  if (!node.internal_ip.empty()) status["hostIP"] = node.internal_ip;
  if (pod.creation_ns != 0) status["startTime"] = TimeJson(pod.creation_ns);
  Json containers = Json::array();
  for (const ContainerRecord& container : pod.containers) {
    containers.push_back(ContainerStatusJson(container));
  }
  status["containerStatuses"] = std::move(containers);
  if (!pod.qos_class.empty()) status["qosClass"] = pod.qos_class;
  return status;
}

}  // namespace

Json MetadataJson(const NodeRecord& node) {
  return MetadataJson("", node.name, node.uid, node.resource_version, node.creation_ns,
                      node.labels);
}

Json MetadataJson(const NamespaceRecord& entry) {
  return MetadataJson("", entry.name, entry.uid, entry.resource_version, entry.creation_ns,
                      {{std::string(kNamespaceNameLabel), entry.name}});
}

Json MetadataJson(const PodRecord& pod) {
  return MetadataJson(pod.namespace_name, pod.name, pod.uid, pod.resource_version, pod.creation_ns,
                      pod.labels);
}

Json ObjectJson(const NodeRecord& node, const RenderContext& context) {
  Json status = {{"capacity", ResourcesJson(node.capacity)},
                 {"allocatable", ResourcesJson(node.allocatable)},
                 {"conditions", Json::array({ReadyConditionJson(node, context.now_ns)})},
                 {"addresses", AddressesJson(node)},
                 {"daemonEndpoints", {{"kubeletEndpoint", {{"Port", 0}}}}},
                 {"nodeInfo", SystemJson(node.system)}};
  return {{"metadata", MetadataJson(node)}, {"spec", Json::object()}, {"status", status}};
}

Json ObjectJson(const NamespaceRecord& entry, const RenderContext&) {
  return {{"metadata", MetadataJson(entry)},
          {"spec", {{"finalizers", {"kubernetes"}}}},
          {"status", {{"phase", "Active"}}}};
}

Json ObjectJson(const PodRecord& pod, const RenderContext& context) {
  Json containers = Json::array();
  for (const ContainerRecord& container : pod.containers) {
    containers.push_back(ContainerSpecJson(container));
  }
  Json spec = {{"containers", std::move(containers)}, {"nodeName", pod.node_name}};
  return {{"metadata", MetadataJson(pod)},
          {"spec", std::move(spec)},
          {"status", PodStatusJson(pod, context.node)}};
}

Json WithType(std::string_view kind, std::string_view api_version, Json object) {
  Json typed = {{"kind", kind}, {"apiVersion", api_version}};
  for (auto& [key, value] : object.items()) typed[key] = std::move(value);
  return typed;
}

std::string JsonText(const Json& json) {
  return kube::EscapeJsonForHtml(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace kubegauge::server
