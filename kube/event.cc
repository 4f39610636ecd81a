#include "kube/event.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "kube/dns_name.h"
#include "kube/rfc3339.h"

namespace kubegauge::kube {
namespace {

using nlohmann::json;

std::string TextOf(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

void SetUnlessEmpty(json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

json ReferenceJson(const ObjectReference& reference) {
  json object = json::object();
  SetUnlessEmpty(object, "kind", reference.kind);
  SetUnlessEmpty(object, "namespace", reference.namespace_name);
  SetUnlessEmpty(object, "name", reference.name);
  SetUnlessEmpty(object, "uid", reference.uid);
  SetUnlessEmpty(object, "apiVersion", reference.api_version);
  SetUnlessEmpty(object, "resourceVersion", reference.resource_version);
  SetUnlessEmpty(object, "fieldPath", reference.field_path);
  return object;
}

json SourceJson(const EventSource& source) {
  json object = json::object();
  SetUnlessEmpty(object, "component", source.component);
  SetUnlessEmpty(object, "host", source.host);
  return object;
}

std::string RandomUuid(RandomSource& random) {
  std::string uuid;
  for (const char c : std::string_view("xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx")) {
    const auto digit = static_cast<unsigned>(random.Unit() * 16);
    if (c == 'x') {
      uuid += fmt::format("{:x}", digit);
    } else if (c == 'y') {
      uuid += fmt::format("{:x}", 8 + digit % 4);
    } else {
      uuid += c;
    }
  }
  return uuid;
}

}  // namespace

std::string_view EventTypeText(EventType type) {
  return type == EventType::kNormal ? "Normal" : "Warning";
}

std::string EventName(std::string_view object_name, int64_t unix_ns, RandomSource& random) {
  std::string name = fmt::format("{}.{:x}", object_name, unix_ns);
  return IsObjectName(name) ? name : RandomUuid(random);
}

Event MakeEvent(ObjectReference involved, EventSource source, EventType type, std::string reason,
                std::string message, int64_t now_ns, RandomSource& random) {
  Event event{
      .namespace_name = involved.namespace_name.empty() ? "default" : involved.namespace_name,
      .name = EventName(involved.name, now_ns, random),
      .involved = std::move(involved),
      .source = source,
      .type = type,
      .reason = std::move(reason),
      .message = std::move(message),
      .first_ns = now_ns,
      .last_ns = now_ns};
  event.reporting_component = std::move(source.component);
  event.reporting_instance = std::move(source.host);
  return event;
}

std::string EncodeEvent(const Event& event) {
  json object = {
      {"kind", "Event"},
      {"apiVersion", "v1"},
      {"metadata", {{"name", event.name}, {"namespace", event.namespace_name}}},
      {"involvedObject", ReferenceJson(event.involved)},
      {"source", SourceJson(event.source)},
      {"firstTimestamp", FormatRfc3339(event.first_ns)},
      {"lastTimestamp", FormatRfc3339(event.last_ns)},
      {"count", event.count},
      {"type", EventTypeText(event.type)},
      {"eventTime", nullptr},
      {"reportingComponent", event.reporting_component},
      {"reportingInstance", event.reporting_instance},
  };
  SetUnlessEmpty(object, "reason", event.reason);
  SetUnlessEmpty(object, "message", event.message);
  return TextOf(object);
}

std::string EncodeEventPatch(const Event& event) {
  json patch = {{"count", event.count}, {"lastTimestamp", FormatRfc3339(event.last_ns)}};
  SetUnlessEmpty(patch, "message", event.message);
  return TextOf(patch);
}

}  // namespace kubegauge::kube
