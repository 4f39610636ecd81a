#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "autoscaler/history.h"
#include "autoscaler/hpa.h"
#include "autoscaler/trace.h"

namespace kubegauge::autoscaler {

// An event of the HPA that is to be recorded (hpa.md 16).
struct HpaEvent {
  bool warning = false;  // else Normal
  std::string reason;
  std::string message;

  bool operator==(const HpaEvent&) const = default;
};

// Of upstream's own metrics (hpa.md 19).
enum class ScaleAction : uint8_t { kNone, kScaleUp, kScaleDown };
enum class ErrorKind : uint8_t { kNone, kSpec, kInternal };

// One evaluated metric, for the same.
struct MetricComputation {
  std::string type;  // of the spec, as it stands there
  ScaleAction action = ScaleAction::kNone;
  ErrorKind error = ErrorKind::kNone;
};

// What one reconcile wants, before the scale is written.
struct Decision {
  int32_t current_replicas = 0;
  std::optional<int32_t> scale_to;  // the replicas to write to the scale; nullopt: write nothing
  std::string rescale_reason;       // of the event of that write
  // The status and the events as far as they are known now; Conclude() finishes them.
  HpaStatus status;
  std::vector<HpaEvent> events;
  std::string error;  // what the reconcile returns; empty for none
  // The decision could not be made: there is no scale, or the metrics do not allow one.
  bool failed = false;
  ErrorKind error_kind = ErrorKind::kNone;
  History history;  // to be kept instead of the one that was given
  std::vector<MetricComputation> computations;
  DecisionTrace trace;
};

// A reconcile as a whole: what is to be written, and what it returned.
struct Outcome {
  std::optional<HpaStatus> status;  // to be written; nullopt: what is stored is right already
  // In order. Those from `events_after_status` on come after the status was written (hpa.md 16).
  std::vector<HpaEvent> events;
  size_t events_after_status = 0;
  std::optional<int32_t> scaled_to;
  bool failed = false;  // as Decision::failed, or the scale could not be written
  std::string error;    // empty for none
  ErrorKind error_kind = ErrorKind::kNone;
  ScaleAction action = ScaleAction::kNone;
  int32_t current_replicas = 0;
  int32_t desired_replicas = 0;  // for the gauge of hpa.md 19
  std::vector<MetricComputation> computations;
  History history;
  DecisionTrace trace;
};

}  // namespace kubegauge::autoscaler
