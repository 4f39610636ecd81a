#include "autoscaler/pod_json_decoder.h"

#include <fmt/format.h>

#include <utility>

#include "autoscaler/wire_time.h"
#include "kube/json_object.h"
#include "kube/metadata_fields.h"
#include "kube/status_context.h"

namespace kubegauge::autoscaler {
namespace {

using kube::JsonMember;
using kube::JsonText;
using nlohmann::json;

// nullopt where there is none.
absl::StatusOr<std::optional<int64_t>> ReadTime(const json& value, const char* key) {
  const auto* text = JsonMember(value, key).get_ptr<const std::string*>();
  if (text == nullptr) return std::nullopt;
  const absl::StatusOr<int64_t> instant = ParseInstant(*text);
  if (!instant.ok()) {
    return kube::WithContext(instant.status(), fmt::format("the {} of a Pod", key));
  }
  return *instant;
}

// A quantity may also be written as a number.
ResourceFields ReadResources(const json& list) {
  ResourceFields fields;
  const auto* members = list.get_ptr<const json::object_t*>();
  if (members == nullptr) return fields;
  for (const auto& [resource, quantity] : *members) {
    if (const auto* text = quantity.get_ptr<const std::string*>()) {
      fields.push_back({resource, *text});
    } else if (quantity.is_number()) {
      fields.push_back({resource, quantity.dump()});
    }
  }
  return fields;
}

std::vector<ContainerFields> ReadContainers(const json& containers) {
  std::vector<ContainerFields> fields;
  if (!containers.is_array()) return fields;
  for (const json& container : containers) {
    fields.push_back(
        {.name = JsonText(container, "name"),
         .requests = ReadResources(JsonMember(JsonMember(container, "resources"), "requests")),
         .restart_policy = JsonText(container, "restartPolicy")});
  }
  return fields;
}

absl::Status ReadReady(const json& conditions, PodFields& fields) {
  if (!conditions.is_array()) return absl::OkStatus();
  for (const json& condition : conditions) {
    if (JsonText(condition, "type") != "Ready") continue;
    const auto transition = ReadTime(condition, "lastTransitionTime");
    if (!transition.ok()) return transition.status();
    fields.ready = JsonText(condition, "status");
    fields.ready_transition_ns = transition->value_or(0);
    break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadJsonPod(const json& pod, PodFields& fields) {
  const json& metadata = JsonMember(pod, "metadata");
  const json& spec = JsonMember(pod, "spec");
  const json& status = JsonMember(pod, "status");
  kube::MetadataFields meta = kube::ReadJsonMetadata(metadata);
  fields.namespace_name = meta.namespace_name;
  fields.name = meta.name;
  fields.labels = std::move(meta.labels);
  fields.deleting = !JsonMember(metadata, "deletionTimestamp").is_null();

  fields.containers = ReadContainers(JsonMember(spec, "containers"));
  fields.init_containers = ReadContainers(JsonMember(spec, "initContainers"));
  fields.pod_requests = ReadResources(JsonMember(JsonMember(spec, "resources"), "requests"));
  fields.overhead = ReadResources(JsonMember(spec, "overhead"));

  fields.phase = JsonText(status, "phase");
  const auto start = ReadTime(status, "startTime");
  if (!start.ok()) return start.status();
  fields.start_ns = *start;
  return ReadReady(JsonMember(status, "conditions"), fields);
}

}  // namespace kubegauge::autoscaler
