#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "autoscaler/boxed.h"
#include "autoscaler/hpa_metric.h"
#include "autoscaler/hpa_metric_status.h"
#include "autoscaler/shared_text.h"

namespace kubegauge::autoscaler {

// A HorizontalPodAutoscaler of autoscaling/v2, the version that everything here works on. Other
// versions are converted (hpa.md 18).

struct ScalingPolicy {
  std::string type;  // "Pods", "Percent"
  int32_t value = 0;
  int32_t period_seconds = 0;

  bool operator==(const ScalingPolicy&) const = default;
};

struct ScalingRules {
  std::optional<int32_t> stabilization_window_seconds;
  std::optional<std::string> select_policy;            // "Max", "Min", "Disabled"
  std::optional<std::vector<ScalingPolicy>> policies;  // nullopt where defaults shall come in
  Boxed<WrittenAmount> tolerance;

  bool operator==(const ScalingRules&) const = default;
};

struct Behavior {
  Boxed<ScalingRules> scale_up;
  Boxed<ScalingRules> scale_down;

  bool operator==(const Behavior&) const = default;
};

struct HpaSpec {
  CrossVersionObjectReference scale_target_ref;
  std::optional<int32_t> min_replicas;  // 1 where it is not set
  int32_t max_replicas = 0;
  std::vector<MetricSpec> metrics;
  Boxed<Behavior> behavior;

  bool operator==(const HpaSpec&) const = default;
};

struct HpaCondition {
  SharedText type;    // "AbleToScale", "ScalingActive", "ScalingLimited", "ScaledToZero"
  SharedText status;  // "True", "False", "Unknown"
  std::optional<int64_t> last_transition_ns;  // since the Unix epoch
  SharedText reason;
  SharedText message;

  bool operator==(const HpaCondition&) const = default;
};

// Compares as upstream's semantic equality (hpa.md 14.3): quantities by their amount, no list and
// an empty list alike.
struct HpaStatus {
  std::optional<int64_t> observed_generation;
  std::optional<int64_t> last_scale_ns;  // since the Unix epoch
  int32_t current_replicas = 0;
  int32_t desired_replicas = 0;
  // Absent (null in JSON) and empty differ only in how they are written.
  std::optional<std::vector<MetricStatus>> current_metrics;
  std::vector<HpaCondition> conditions;
};
bool SameStatus(const HpaStatus& a, const HpaStatus& b);

// What of an object's metadata the autoscaler needs.
struct HpaMeta {
  SharedText namespace_name;
  SharedText name;
  std::string uid;
  std::string resource_version;
  int64_t generation = 0;
  std::map<std::string, std::string> annotations;  // those of kubegauge.io/ only
  // `metadata` as it came, a JSON object, but for managedFields and the four texts above: a status
  // is written with it, as the API server takes labels and annotations from there too.
  std::string json = "{}";

  bool operator==(const HpaMeta&) const = default;
};

struct Hpa {
  HpaMeta meta;
  HpaSpec spec;
  HpaStatus status;
};

using HpaPtr = std::shared_ptr<const Hpa>;

}  // namespace kubegauge::autoscaler
