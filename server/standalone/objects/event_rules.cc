#include <utility>

#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/object_rules.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

// What the core group calls a member, and what events.k8s.io does.
constexpr std::pair<const char*, const char*> kNames[] = {
    {"involvedObject", "regarding"},
    {"message", "note"},
    {"source", "deprecatedSource"},
    {"firstTimestamp", "deprecatedFirstTimestamp"},
    {"lastTimestamp", "deprecatedLastTimestamp"},
    {"count", "deprecatedCount"},
    {"reportingComponent", "reportingController"},
};

constexpr const char* kCoreOrder[] = {
    "metadata", "involvedObject",     "reason",           "message",
    "source",   "firstTimestamp",     "lastTimestamp",    "count",
    "type",     "eventTime",          "series",           "action",
    "related",  "reportingComponent", "reportingInstance"};

// Events are kept in the shape of the core group.
class EventRulesImpl final : public ObjectRules {
 public:
  OrStatus<Json> ToStored(const ServedVersion& version, Json object) const override {
    if (version.group.empty()) return object;
    for (const auto& [core, other] : kNames) {
      if (object.contains(other)) object[core] = std::move(object[other]);
      object.erase(other);
    }
    Json ordered = Json::object();
    for (const char* key : kCoreOrder) {
      if (object.contains(key)) ordered[key] = std::move(object[key]);
    }
    return ordered;
  }

  Json FromStored(const ServedVersion& version, const Json& object) const override {
    if (version.group.empty()) return object;
    Json shown = Json::object();
    for (const auto& [key, value] : object.items()) {
      const char* name = key.c_str();
      for (const auto& [core, other] : kNames) {
        if (key == core) name = other;
      }
      shown[name] = value;
    }
    return shown;
  }

  void PrepareForCreate(Json&) const override {}
  void PrepareForUpdate(const Json&, Json&) const override {}

  // An event is about an object of its own namespace, or a cluster-scoped one of the default one.
  FieldErrors ValidateCreate(const Json& object) const override {
    const Json involved = object.value("involvedObject", Json::object());
    const std::string about = involved.value("namespace", "");
    const std::string own = MetadataText(object, "namespace");
    const bool fits = about.empty() ? own == "default" || own == "kube-system" : about == own;
    if (fits) return {};
    return {InvalidValue("involvedObject.namespace", "\"" + about + "\"",
                         "does not match event.namespace")};
  }
};

}  // namespace

const ObjectRules& EventRules() {
  static const EventRulesImpl rules;
  return rules;
}

}  // namespace kubegauge::server
