#pragma once

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "autoscaler/go_json_reader.h"
#include "autoscaler/hpa.h"

namespace kubegauge::autoscaler {

// autoscaling/v2 as JSON. Other versions: hpa_versions.h.

// An object as an API server serves or stores it. What is absent stays as it is in an empty Hpa; no
// defaults. Errors are kInvalidArgument with the text of the API server's decoder.
absl::StatusOr<Hpa> DecodeHpa(const Json& json);

// In the order and shape that upstream writes: `selector`, `behavior` and the like left out where
// they are not set, quantities canonical.
Json EncodeSpec(const HpaSpec& spec);
// hpa.md 14.3: currentReplicas left out when 0, desiredReplicas and currentMetrics (which may be
// null) always there, conditions left out when empty.
Json EncodeStatus(const HpaStatus& status);

// The parts that other versions share.
void ReadReference(GoJsonReader& reader, const Json& json, std::string_view type,
                   ObjectReference& reference);
void ReadSelector(GoJsonReader& reader, const Json& json, kube::SelectorObject& selector);
Json EncodeReference(const ObjectReference& reference);
Json EncodeSelector(const kube::SelectorObject& selector);

}  // namespace kubegauge::autoscaler
