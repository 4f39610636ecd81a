#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "autoscaler/boxed.h"
#include "autoscaler/shared_text.h"

namespace kubegauge::autoscaler {

// How a decision came about, for `explain` and `replay --trace`. Numbers are those that the
// decision used, not computed again.

// Why a pod was not simply counted.
enum class PodGroup : uint8_t {
  kIgnored,  // failed, or being deleted
  kUnready,  // pending, or not yet ready (CPU only)
  kMissing,  // no sample
};

struct LeftOutPod {
  std::string name;
  PodGroup group = PodGroup::kMissing;
  const char* why = "";  // a constant: "phase is Pending", "no sample", …
};
// More pods than these are counted only.
inline constexpr size_t kMaxLeftOutPods = 32;

struct UsageRatio {
  double ratio = 0;     // of the use to the target
  int64_t average = 0;  // a pod, thousandths of a unit
  std::optional<int32_t> utilization_percent;
};

// A container that none of the pods has.
struct AbsentContainer {
  std::string name;
  std::string others;  // that they have: "app, proxy"
};

// A value as its API gave it.
struct RawValue {
  std::string pod;  // whose it is; empty for a value of an External metric
  int64_t milli = 0;
  std::optional<int64_t> request_milli;  // of the pod, where the metric looks at it
};

struct MetricTrace {
  SharedText name;     // "cpu resource utilization (percentage of request)"
  SharedText error;    // as in the event; the rest is then as far as it came
  int64_t target = 0;  // percent, or thousandths of a unit
  bool target_is_percent = false;
  bool target_is_per_pod = false;  // an average, not the total of an Object or External metric
  bool within_tolerance = false;
  uint32_t ready_pods = 0;
  uint32_t samples = 0;
  uint32_t ignored_pods = 0;
  uint32_t unready_pods = 0;
  uint32_t missing_pods = 0;
  uint32_t extraneous_samples = 0;          // of names that are no pod's
  std::vector<LeftOutPod> left_out;         // the first kMaxLeftOutPods
  Boxed<AbsentContainer> absent_container;  // that a failed metric is about
  std::vector<RawValue> raw_values;         // in the order of the pods; where Tuning asks for them
  std::optional<UsageRatio> measured;
  Boxed<UsageRatio> with_left_out;  // after missing and unready pods were filled in
  double tolerance_down = 0;
  double tolerance_up = 0;
  std::optional<int64_t> total_milli;  // of Object and External
  std::optional<int32_t> proposal;
};

// One step of normalisation that was applied, in order.
struct NormalizationStep {
  enum class Kind : uint8_t { kStabilization, kPolicy, kBound, kScaleFromZero };
  Kind kind = Kind::kStabilization;
  int32_t before = 0;
  int32_t after = 0;
  std::string reason;  // the condition's: "ScaleDownStabilized", "ScaleUpLimit", "TooManyReplicas"
  // Of a stabilization: when the last recommendation that it holds to leaves the window.
  std::optional<int64_t> until_ns;
};

struct DecisionTrace {
  // Which branch of hpa.md 3 step 6 it was.
  enum class Branch : uint8_t { kNoScale, kDisabled, kAboveMax, kBelowMin, kMetrics };
  Branch branch = Branch::kNoScale;
  std::vector<MetricTrace> metrics;
  std::optional<int32_t> raw_desired;  // the highest proposal
  std::vector<NormalizationStep> steps;
};

}  // namespace kubegauge::autoscaler
