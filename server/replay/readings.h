#pragma once

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "autoscaler/decide.h"
#include "autoscaler/observation.h"
#include "kube/label_selector.h"

namespace kubegauge::server::replay {

// What the metrics APIs said at a step: the member "metrics" of the format. An API or a metric that
// is not there has nothing to say. Error: kInvalidArgument.

// Of the pods whose labels the selector matches. Views into `metrics`.
absl::StatusOr<autoscaler::Fetched<autoscaler::PodUsageList>> ReadPodUsage(
    const nlohmann::json& metrics, const kube::LabelSelector& selector);

// For a query of a custom or external metric.
absl::StatusOr<autoscaler::MetricReading> ReadMetric(const nlohmann::json& metrics,
                                                     const autoscaler::MetricQuery& query);

}  // namespace kubegauge::server::replay
