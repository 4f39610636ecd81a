#include <utility>

#include "server/standalone/objects/object_rules.h"

namespace kubegauge::server {
namespace {

Json CpuMetric(const Json& percentage) {
  return {{"type", "Resource"},
          {"resource",
           {{"name", "cpu"},
            {"target", {{"type", "Utilization"}, {"averageUtilization", percentage}}}}}};
}

// The average CPU utilization among metrics or their statuses; null where there is none.
Json CpuUtilization(const Json& metrics, const char* where) {
  for (const Json& metric : metrics) {
    const Json resource = metric.value("resource", Json::object());
    if (resource.value("name", "") != "cpu") continue;
    return resource.value(where, Json::object()).value("averageUtilization", Json());
  }
  return nullptr;
}

// HPAs are kept as autoscaling/v2; v1 shows and sets what it has a field for.
class HpaRulesImpl final : public ObjectRules {
 public:
  OrStatus<Json> ToStored(const ServedVersion& version, Json object) const override {
    if (version.version != "v1" || !object.contains("spec")) return object;
    Json& spec = object["spec"];
    if (spec.contains("targetCPUUtilizationPercentage")) {
      spec["metrics"] = Json::array({CpuMetric(spec["targetCPUUtilizationPercentage"])});
      spec.erase("targetCPUUtilizationPercentage");
    }
    return object;
  }

  Json FromStored(const ServedVersion& version, const Json& object) const override {
    if (version.version != "v1") return object;
    Json shown = object;
    if (shown.contains("spec")) {
      Json& spec = shown["spec"];
      const Json target = CpuUtilization(spec.value("metrics", Json::array()), "target");
      spec.erase("metrics");
      spec.erase("behavior");
      if (!target.is_null()) spec["targetCPUUtilizationPercentage"] = target;
    }
    if (shown.contains("status")) {
      Json& status = shown["status"];
      const Json current = CpuUtilization(status.value("currentMetrics", Json::array()), "current");
      status.erase("currentMetrics");
      status.erase("conditions");
      if (!current.is_null()) status["currentCPUUtilizationPercentage"] = current;
    }
    return shown;
  }

  void SetDefaults(Json& object) const override {
    Json& spec = object["spec"];
    if (!spec.contains("minReplicas")) spec["minReplicas"] = 1;
    if (spec.value("metrics", Json::array()).empty()) {
      spec["metrics"] = Json::array({CpuMetric(80)});
    }
  }

  void PrepareForCreate(Json& object) const override {
    object["status"] = {{"currentReplicas", 0}, {"desiredReplicas", 0}};
    object["status"]["currentMetrics"] = nullptr;
    object["status"].erase("currentMetrics");
  }
};

}  // namespace

const ObjectRules& HpaRules() {
  static const HpaRulesImpl rules;
  return rules;
}

}  // namespace kubegauge::server
