#pragma once

#include "autoscaler/go_json_reader.h"
#include "autoscaler/hpa_metric.h"
#include "autoscaler/hpa_metric_status.h"

namespace kubegauge::autoscaler {

// The metrics of autoscaling/v2beta1; autoscaling/v1 keeps these in annotations (hpa.md 18.2).

// An Object metric has a value there even where only an average was set: zero.
enum class ZeroTarget : uint8_t {
  kKept,
  kDropped,  // [>=1.36] where there is an average
};

// Read them as their conversion to autoscaling/v2 does (hpa.md 18.3).
void ReadV2beta1Metric(GoJsonReader& reader, const Json& json, ZeroTarget zero_target,
                       MetricSpec& metric);
void ReadV2beta1MetricStatus(GoJsonReader& reader, const Json& json, MetricStatus& metric);

Json EncodeV2beta1Metric(const MetricSpec& metric);
Json EncodeV2beta1MetricStatus(const MetricStatus& metric);

}  // namespace kubegauge::autoscaler
