#pragma once

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "autoscaler/go_json_reader.h"
#include "autoscaler/hpa.h"

namespace kubegauge::autoscaler {

// autoscaling/v2 as JSON, and what of it other versions share. All versions: hpa_versions.h.

// An object as an API server serves or stores it. What is absent stays as it is in an empty Hpa; no
// defaults. Errors are kInvalidArgument with the text of the API server's decoder.
absl::StatusOr<Hpa> DecodeHpa(const Json& json);

// In the order and shape that upstream writes: `selector`, `behavior` and the like left out where
// they are not set, quantities canonical.
Json EncodeSpec(const HpaSpec& spec);
// hpa.md 14.3: currentReplicas left out when 0, desiredReplicas and currentMetrics (which may be
// null) always there, conditions left out when empty.
Json EncodeStatus(const HpaStatus& status);

// The parts, for a reader of the version at hand.
enum class Tolerance : uint8_t {
  kUnknown,  // the field behavior.*.tolerance is not there before Kubernetes 1.33
  kKnown,
};
void ReadSpec(GoJsonReader& reader, const Json& json, Tolerance tolerance, HpaSpec& spec);
void ReadStatus(GoJsonReader& reader, const Json& json, HpaStatus& status);
// The same with metrics of another shape, of which `read_metric` reads one.
using MetricStatusReader = void (*)(GoJsonReader& reader, const Json& json, MetricStatus& metric);
void ReadStatus(GoJsonReader& reader, const Json& json, MetricStatusReader read_metric,
                HpaStatus& status);
void ReadCondition(GoJsonReader& reader, const Json& json, HpaCondition& condition);
void ReadReference(GoJsonReader& reader, const Json& json, std::string_view type,
                   CrossVersionObjectReference& reference);
void ReadSelector(GoJsonReader& reader, const Json& json, kube::SelectorObject& selector);

Json EncodeCondition(const HpaCondition& condition);
Json EncodeReference(const CrossVersionObjectReference& reference);
Json EncodeSelector(const kube::SelectorObject& selector);
// The canonical text as upstream writes it: an amount too large for a suffix loses its exponent, so
// that 10^21 is "1".
std::string EncodeAmount(const kube::Quantity& amount);
// As it was written where upstream keeps that.
std::string EncodeAmount(const WrittenAmount& amount);

}  // namespace kubegauge::autoscaler
