#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kube/random_source.h"

namespace kubegauge::kube {

// core/v1 Events, as client-go's recorder makes them.

// What an event is about.
struct ObjectReference {
  std::string kind;
  std::string namespace_name;  // empty for cluster-scoped objects, whose events are in "default"
  std::string name;
  std::string uid;
  std::string api_version;
  std::string resource_version;
  std::string field_path;
};

// Who says so: "horizontal-pod-autoscaler"; controllers give no host.
struct EventSource {
  std::string component;
  std::string host;
};

enum class EventType { kNormal, kWarning };
std::string_view EventTypeText(EventType type);

struct Event {
  std::string namespace_name;
  std::string name;
  ObjectReference involved;
  EventSource source;
  EventType type = EventType::kNormal;
  std::string reason;
  std::string message;
  int64_t first_ns = 0;  // since the Unix epoch
  int64_t last_ns = 0;
  int32_t count = 1;
  // Of the source; empty in events that were combined, as upstream has it.
  std::string reporting_component;
  std::string reporting_instance;
};

// `<object>.<hex of the time>`, or a random UUID where that would be no valid name.
std::string EventName(std::string_view object_name, int64_t unix_ns, RandomSource& random);

// An event that happens now.
Event MakeEvent(ObjectReference involved, EventSource source, EventType type, std::string reason,
                std::string message, int64_t now_ns, RandomSource& random);

// The JSON of `event`, to be created.
std::string EncodeEvent(const Event& event);

// The strategic merge patch that brings an earlier event to the count, time and message of `event`.
std::string EncodeEventPatch(const Event& event);

}  // namespace kubegauge::kube
