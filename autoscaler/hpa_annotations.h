#pragma once

#include <optional>
#include <string>
#include <vector>

#include "autoscaler/hpa_codec.h"
#include "autoscaler/hpa_v2beta1_metrics.h"

namespace kubegauge::autoscaler {

// What autoscaling/v1 and v2beta1 have no fields for travels in annotations (hpa.md 18.2).
inline constexpr char kMetricsAnnotation[] = "autoscaling.alpha.kubernetes.io/metrics";
inline constexpr char kCurrentMetricsAnnotation[] =
    "autoscaling.alpha.kubernetes.io/current-metrics";
inline constexpr char kConditionsAnnotation[] = "autoscaling.alpha.kubernetes.io/conditions";
inline constexpr char kBehaviorAnnotation[] = "autoscaling.alpha.kubernetes.io/behavior";

// Takes them all out of an object's metadata, and [>=1.33] those that tolerances once travelled in.
void DropRoundTripAnnotations(Tolerance tolerance, Json& metadata);
void SetAnnotation(const char* key, const Json& content, Json& metadata);

// The content of an annotation, decoded: nullopt where there is none, and where it is malformed,
// which is passed over; of an empty behavior too.
std::optional<std::vector<MetricSpec>> AnnotatedMetrics(const Json& metadata,
                                                        ZeroTarget zero_target);
std::optional<std::vector<MetricStatus>> AnnotatedCurrentMetrics(const Json& metadata);
std::optional<std::vector<HpaCondition>> AnnotatedConditions(const Json& metadata);
std::optional<Behavior> AnnotatedBehavior(const Json& metadata, Tolerance tolerance);

// The behavior with the names of upstream's internal type.
Json EncodeInternalBehavior(const Behavior& behavior, Tolerance tolerance);

}  // namespace kubegauge::autoscaler
