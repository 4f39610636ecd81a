#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "autoscaler/hpa_codec.h"
#include "autoscaler/hpa_v2beta1_metrics.h"

namespace kubegauge::autoscaler {

// The versions of the API group autoscaling that HPAs have been served in, oldest shape first.
enum class HpaVersion : uint8_t { kV1, kV2beta1, kV2beta2, kV2 };

// "v2beta1". nullopt for what is none of them.
std::optional<HpaVersion> HpaVersionOf(std::string_view name);
std::string_view NameOf(HpaVersion version);

// What conversions depend on, besides the version.
struct HpaDialect {
  Tolerance tolerance = Tolerance::kKnown;
  ZeroTarget zero_target = ZeroTarget::kKept;
};

// An HPA in the shape of autoscaling/v2, with all of its metadata.
struct HpaObject {
  Json metadata = Json::object();  // without round-trip annotations
  HpaSpec spec;
  HpaStatus status;
};

struct HpaDecoding {
  HpaObject object;
  std::vector<std::string> strict_errors;  // `unknown field "spec.foo"`
};

// Reads an object of `version` and converts it (hpa.md 18.2, 18.3). No defaults are filled in but
// those that belong to the conversion from v1: the CPU metric. Errors are kInvalidArgument with the
// text of the API server's decoder.
absl::StatusOr<HpaDecoding> DecodeHpaVersion(HpaVersion version, const Json& json,
                                             const HpaDialect& dialect);

// The object in `version`: metadata, spec and status, without kind and apiVersion.
Json EncodeHpaVersion(HpaVersion version, const HpaObject& object, const HpaDialect& dialect);

}  // namespace kubegauge::autoscaler
