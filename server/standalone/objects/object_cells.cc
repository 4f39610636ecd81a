#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "kube/rfc3339.h"
#include "kube/time_units.h"
#include "server/standalone/human_duration.h"
#include "server/standalone/objects/label_selection.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/object_tables.h"
#include "server/standalone/objects/scale_view.h"

namespace kubegauge::server {
namespace {

constexpr char kNone[] = "<none>";
constexpr char kUnknown[] = "<unknown>";
constexpr std::string_view kRoleLabelPrefix = "node-role.kubernetes.io/";

Json At(const Json& object, const char* pointer) {
  return object.value(Json::json_pointer(pointer), Json());
}

std::string PointedText(const Json& object, const char* pointer, const char* otherwise = "") {
  const Json value = At(object, pointer);
  if (!value.is_string()) return otherwise;
  const std::string text = value.get<std::string>();
  return text.empty() ? otherwise : text;
}

int64_t TimeAt(const Json& object, const char* pointer) {
  const auto time = kube::ParseRfc3339(PointedText(object, pointer));
  return time.ok() ? *time : 0;
}

std::string AgeOf(const Json& object, int64_t now_ns) {
  return AgeCell(TimeAt(object, "/metadata/creationTimestamp"), now_ns);
}

std::string Roles(const Json& node) {
  std::vector<std::string> roles;
  const Json labels = At(node, "/metadata/labels");
  for (const auto& [key, value] : labels.items()) {
    if (key.starts_with(kRoleLabelPrefix)) roles.push_back(key.substr(kRoleLabelPrefix.size()));
  }
  return roles.empty() ? kNone : fmt::format("{}", fmt::join(roles, ","));
}

std::string AddressOf(const Json& node, const char* type) {
  const Json addresses = At(node, "/status/addresses");
  for (const Json& address : addresses) {
    if (address.value("type", "") == type) return address.value("address", "");
  }
  return kNone;
}

Json NodeCells(const Json& node, int64_t now_ns) {
  return Json::array({MetadataText(node, "name"), "Ready", Roles(node), AgeOf(node, now_ns),
                      PointedText(node, "/status/nodeInfo/kubeletVersion"),
                      AddressOf(node, "InternalIP"), kNone,
                      PointedText(node, "/status/nodeInfo/osImage", kUnknown),
                      PointedText(node, "/status/nodeInfo/kernelVersion", kUnknown),
                      PointedText(node, "/status/nodeInfo/containerRuntimeVersion", kUnknown)});
}

Json PodCells(const Json& pod, int64_t now_ns) {
  const Json statuses = At(pod, "/status/containerStatuses");
  const auto ready = std::count_if(statuses.begin(), statuses.end(),
                                   [](const Json& status) { return status.value("ready", false); });
  std::string state = PointedText(pod, "/status/phase");
  for (const Json& status : statuses) {
    const std::string waiting = PointedText(status, "/state/waiting/reason");
    if (!waiting.empty()) state = waiting;
  }
  const Json containers = At(pod, "/spec/containers");
  return Json::array({MetadataText(pod, "name"), fmt::format("{}/{}", ready, containers.size()),
                      state, "0", AgeOf(pod, now_ns), PointedText(pod, "/status/podIP", kNone),
                      PointedText(pod, "/spec/nodeName", kNone), kNone, kNone});
}

// The names and the images of a template's containers.
std::pair<std::string, std::string> ContainersOf(const Json& object) {
  std::vector<std::string> names;
  std::vector<std::string> images;
  const Json containers = At(object, "/spec/template/spec/containers");
  for (const Json& container : containers) {
    names.push_back(container.value("name", ""));
    images.push_back(container.value("image", ""));
  }
  return {fmt::format("{}", fmt::join(names, ",")), fmt::format("{}", fmt::join(images, ","))};
}

Json DeploymentCells(const Json& deployment, int64_t now_ns) {
  const auto [names, images] = ContainersOf(deployment);
  const int64_t available = NumberAt(deployment, "/status/availableReplicas");
  return Json::array({MetadataText(deployment, "name"),
                      fmt::format("{}/{}", NumberAt(deployment, "/status/readyReplicas"),
                                  NumberAt(deployment, "/spec/replicas", 1)),
                      NumberAt(deployment, "/status/updatedReplicas"), available,
                      AgeOf(deployment, now_ns), names, images,
                      SelectorText(deployment.at("spec").at("selector"))});
}

Json ReplicaSetCells(const Json& replica_set, int64_t now_ns) {
  const auto [names, images] = ContainersOf(replica_set);
  return Json::array({MetadataText(replica_set, "name"), NumberAt(replica_set, "/spec/replicas", 1),
                      NumberAt(replica_set, "/status/replicas"),
                      NumberAt(replica_set, "/status/readyReplicas"), AgeOf(replica_set, now_ns),
                      names, images, SelectorText(replica_set.at("spec").at("selector"))});
}

Json HpaCells(const Json& hpa, int64_t now_ns) {
  const Json min = At(hpa, "/spec/minReplicas");
  return Json::array({MetadataText(hpa, "name"),
                      fmt::format("{}/{}", PointedText(hpa, "/spec/scaleTargetRef/kind"),
                                  PointedText(hpa, "/spec/scaleTargetRef/name")),
                      HpaTargets(hpa), min.is_null() ? "<unset>" : min.dump(),
                      NumberAt(hpa, "/spec/maxReplicas"), NumberAt(hpa, "/status/currentReplicas"),
                      AgeOf(hpa, now_ns)});
}

std::string Seen(int64_t time_ns, int64_t now_ns) {
  return time_ns == 0 ? kUnknown : HumanDuration((now_ns - time_ns) / kube::kNsPerSecond);
}

Json EventCells(const Json& event, int64_t now_ns) {
  const int64_t series_count = NumberAt(event, "/series/count");
  int64_t first_ns = TimeAt(event, "/firstTimestamp");
  if (first_ns == 0) first_ns = TimeAt(event, "/eventTime");
  int64_t last_ns = TimeAt(event, "/lastTimestamp");
  if (last_ns == 0) last_ns = first_ns;
  if (series_count > 0) last_ns = TimeAt(event, "/series/lastObservedTime");
  std::string last = Seen(last_ns, now_ns);
  const int64_t count =
      series_count > 0 ? series_count : std::max<int64_t>(NumberAt(event, "/count", 1), 1);
  if (series_count > 0 || NumberAt(event, "/count") > 1) {
    last = fmt::format("{} (x{} over {})", last, count, Seen(first_ns, now_ns));
  }
  std::string kind = PointedText(event, "/involvedObject/kind");
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::string source = PointedText(event, "/source/component");
  if (source.empty()) source = PointedText(event, "/reportingComponent");
  const std::string host = PointedText(event, "/source/host");
  if (!host.empty()) source += ", " + host;
  std::string message = PointedText(event, "/message");
  message.erase(message.find_last_not_of(" \n\t") + 1);
  return Json::array({last, PointedText(event, "/type"), PointedText(event, "/reason"),
                      fmt::format("{}/{}", kind, PointedText(event, "/involvedObject/name")),
                      PointedText(event, "/involvedObject/fieldPath"), source, message,
                      Seen(first_ns, now_ns), count, MetadataText(event, "name")});
}

}  // namespace

Json ObjectCellsJson(const ResourceType& resource, const Json& object, int64_t now_ns) {
  if (resource.name == "nodes") return NodeCells(object, now_ns);
  if (resource.name == "pods") return PodCells(object, now_ns);
  if (resource.name == "deployments") return DeploymentCells(object, now_ns);
  if (resource.name == "replicasets") return ReplicaSetCells(object, now_ns);
  if (resource.name == "horizontalpodautoscalers") return HpaCells(object, now_ns);
  if (resource.name == "events") return EventCells(object, now_ns);
  const std::string name = MetadataText(object, "name");
  if (resource.name == "services") {
    return Json::array({name, PointedText(object, "/spec/type"), AgeOf(object, now_ns)});
  }
  if (resource.name == "leases") {
    return Json::array({name, PointedText(object, "/spec/holderIdentity"), AgeOf(object, now_ns)});
  }
  return Json::array({name, PointedText(object, "/status/phase"), AgeOf(object, now_ns)});
}

Json ScaleCellsJson(const Json& scale, int64_t now_ns) {
  return Json::array({MetadataText(scale, "name"), NumberAt(scale, "/spec/replicas"),
                      NumberAt(scale, "/status/replicas"), AgeOf(scale, now_ns)});
}

}  // namespace kubegauge::server
