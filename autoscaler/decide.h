#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/decision.h"
#include "autoscaler/history.h"
#include "autoscaler/hpa.h"
#include "autoscaler/observation.h"
#include "autoscaler/tuning.h"

// The HorizontalPodAutoscaler's decision, equal to that of Kubernetes 1.36 in every number and
// every text (hpa.md 3 to 16). Pure: no I/O, no clock, no globals; safe to call from any thread.
//
// A reconcile is:  read the scale → MetricsNeeded()? → read pods and metrics → Decide() → write the
// scale if scale_to says so → Conclude() → write the status → keep the history.
namespace kubegauge::autoscaler {

// Whether the decision will look at pods and metrics, or follows from the scale alone (hpa.md 3
// step 6, 4). False for a scale whose selector cannot be used: nothing has to be read for that.
bool MetricsNeeded(const Hpa& hpa, const Fetched<ScaleReading>& scale, const Tuning& tuning);

// What to ask the metrics APIs for one metric of the spec (hpa.md 8). An error where nothing is to
// be asked, as the metric's selector or its type is wrong; Decide() finds the same error itself.
struct MetricQuery {
  enum class Api : uint8_t { kResource, kPods, kObject, kExternal };
  Api api = Api::kResource;
  std::string metric;                            // of kPods, kObject and kExternal
  std::string metric_selector;                   // text; empty for none
  CrossVersionObjectReference described_object;  // of kObject
};
absl::StatusOr<MetricQuery> QueryOf(const MetricSpec& metric);

// Whether the metric is of what pods use, of which one reading is for all metrics: its query is of
// Api::kResource.
bool IsOfPodUsage(const MetricSpec& metric);

// `observation.metrics` has a reading for each metric of the spec that is not of what pods use, and
// monostate for the others; it may be empty where it would have nothing else. `now_ns` is since the
// Unix epoch.
Decision Decide(const Hpa& hpa, const Observation& observation, History history,
                const Tuning& tuning, int64_t now_ns);

// Finishes a decision after the scale was written: `scale_error` is the text of the API's error,
// nullopt when it was written or none was to be written.
Outcome Conclude(const Hpa& hpa, Decision decision, const std::optional<std::string>& scale_error,
                 const Tuning& tuning, int64_t now_ns);

}  // namespace kubegauge::autoscaler
