#include "server/standalone/core_tables.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "server/standalone/human_duration.h"

namespace kubegauge::server {
namespace {

constexpr std::string_view kNone = "<none>";
constexpr std::string_view kRoleLabelPrefix = "node-role.kubernetes.io/";

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

constexpr TableColumn kNameColumn = {
    .name = "Name", .format = "name", .description = kNameDescription};
constexpr TableColumn kAgeColumn = {.name = "Age", .description = kAgeDescription};

constexpr std::array kNodeColumns = {
    kNameColumn,
    TableColumn{.name = "Status", .description = "The status of the node"},
    TableColumn{.name = "Roles", .description = "The roles of the node"},
    kAgeColumn,
    TableColumn{.name = "Version", .description = "Kubelet Version reported by the node."},
    TableColumn{.name = "Internal-IP",
                .description = "List of addresses reachable to the node.",
                .priority = 1},
    TableColumn{.name = "External-IP",
                .description = "List of addresses reachable to the node.",
                .priority = 1},
    TableColumn{.name = "OS-Image",
                .description = "OS Image reported by the node from /etc/os-release (e.g. Debian "
                               "GNU/Linux 7 (wheezy)).",
                .priority = 1},
    TableColumn{.name = "Kernel-Version",
                .description = "Kernel Version reported by the node from 'uname -r' (e.g. "
                               "3.16.0-0.bpo.4-amd64).",
                .priority = 1},
    TableColumn{.name = "Container-Runtime",
                .description = "ContainerRuntime Version reported by the node through runtime "
                               "remote API (e.g. containerd://1.4.2).",
                .priority = 1},
};

constexpr std::array kNamespaceColumns = {
    kNameColumn,
    TableColumn{.name = "Status", .description = "The status of the namespace"},
    kAgeColumn,
};

constexpr std::array kPodColumns = {
    kNameColumn,
    TableColumn{.name = "Ready",
                .description = "The aggregate readiness state of this pod for accepting traffic."},
    TableColumn{.name = "Status",
                .description = "The aggregate status of the containers in this pod."},
    TableColumn{.name = "Restarts",
                .description = "The number of times the containers in this pod have been restarted "
                               "and when the last container in this pod has restarted."},
    kAgeColumn,
    TableColumn{.name = "IP",
                .description = "podIP address allocated to the pod. Routable at least within the "
                               "cluster. Empty if not yet allocated.",
                .priority = 1},
    TableColumn{.name = "Node",
                .description = "NodeName indicates in which node this pod is scheduled.",
                .priority = 1},
    TableColumn{.name = "Nominated Node",
                .description = "The node that a pod that cannot run yet is nominated for.",
                .priority = 1},
    TableColumn{.name = "Readiness Gates",
                .description = "The readiness gates of the pod that are met.",
                .priority = 1},
};

std::string_view OrElse(std::string_view text, std::string_view otherwise) {
  return text.empty() ? otherwise : text;
}

std::string Roles(const Labels& labels) {
  std::string roles;
  for (auto label = labels.lower_bound(kRoleLabelPrefix);
       label != labels.end() && label->first.starts_with(kRoleLabelPrefix); ++label) {
    if (!roles.empty()) roles.push_back(',');
    roles.append(label->first, kRoleLabelPrefix.size());
  }
  return roles.empty() ? std::string(kNone) : roles;
}

}  // namespace

std::span<const TableColumn> ColumnsOf(const CoreResource& resource) {
  if (resource.name == kNodes.name) return kNodeColumns;
  if (resource.name == kNamespaces.name) return kNamespaceColumns;
  return kPodColumns;
}

Json ColumnsJson(std::span<const TableColumn> columns) {
  Json json = Json::array();
  for (const TableColumn& column : columns) {
    json.push_back({{"name", column.name},
                    {"type", "string"},
                    {"format", column.format},
                    {"description", column.description},
                    {"priority", column.priority}});
  }
  return json;
}

Json CellsJson(const NodeRecord& node, const RenderContext& context) {
  return Json::array(
      {node.name, "Ready", Roles(node.labels), AgeCell(node.creation_ns, context.now_ns),
       node.system.kubelet_version, OrElse(node.internal_ip, kNone), kNone,
       OrElse(node.system.os_image, "<unknown>"), OrElse(node.system.kernel_version, "<unknown>"),
       OrElse(node.system.container_runtime_version, "<unknown>")});
}

Json CellsJson(const NamespaceRecord& entry, const RenderContext& context) {
  return Json::array({entry.name, "Active", AgeCell(entry.creation_ns, context.now_ns)});
}

Json CellsJson(const PodRecord& pod, const RenderContext& context) {
  const size_t containers = pod.containers.size();
  return Json::array({pod.name, fmt::format("{}/{}", containers, containers), "Running", "0",
                      AgeCell(pod.creation_ns, context.now_ns), kNone, OrElse(pod.node_name, kNone),
                      kNone, kNone});
}

}  // namespace kubegauge::server
