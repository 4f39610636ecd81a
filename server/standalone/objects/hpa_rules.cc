#include <fmt/format.h>

#include <string>
#include <utility>

#include "autoscaler/hpa_admission.h"
#include "autoscaler/hpa_codec.h"
#include "autoscaler/hpa_defaults.h"
#include "server/standalone/objects/object_rules.h"

namespace kubegauge::server {
namespace {

using autoscaler::HpaObject;
using autoscaler::HpaVersion;

// Those of the Kubernetes that the controller is compatible with.
constexpr autoscaler::HpaRules kRules = {.minor = 36};
constexpr autoscaler::HpaDialect kDialect = {.zero_target = autoscaler::ZeroTarget::kDropped};

// The stored object; an empty one where it cannot be read, which ToStored has prevented.
HpaObject Stored(const Json& object) {
  auto decoded = autoscaler::DecodeHpaVersion(HpaVersion::kV2, object, kDialect);
  return decoded.ok() ? std::move(decoded->object) : HpaObject();
}

Json WithParts(Json object, Json parts) {
  for (const char* part : {"metadata", "spec", "status"}) {
    if (parts.contains(part)) object[part] = std::move(parts[part]);
  }
  return object;
}

FieldErrors CausesOf(const autoscaler::FieldErrors& errors) {
  FieldErrors causes;
  for (const autoscaler::FieldError& error : errors.errors()) {
    causes.push_back({.reason = error.reason, .message = error.message, .field = error.field});
  }
  return causes;
}

// HPAs are kept as autoscaling/v2; the rest is the autoscaler's own knowledge of them.
class HpaRulesImpl final : public ObjectRules {
 public:
  OrStatus<Json> ToStored(const ServedVersion& served, Json object) const override {
    const HpaVersion version = autoscaler::HpaVersionOf(served.version).value_or(HpaVersion::kV2);
    auto decoded = autoscaler::DecodeHpaVersion(version, object, kDialect);
    if (!decoded.ok()) {
      return apiservice::BadRequest(
          fmt::format("HorizontalPodAutoscaler in version \"{}\" cannot be handled as a "
                      "HorizontalPodAutoscaler: {}",
                      served.version, std::string(decoded.status().message())));
    }
    HpaObject& hpa = decoded->object;
    autoscaler::SetReplicaAndMetricDefaults(hpa.spec);
    if (version == HpaVersion::kV2) autoscaler::SetBehaviorDefaults(hpa.spec);
    return WithParts(std::move(object), EncodeHpaVersion(HpaVersion::kV2, hpa, kDialect));
  }

  Json FromStored(const ServedVersion& served, const Json& object) const override {
    if (served.version != "v1") return object;
    return WithParts(object, EncodeHpaVersion(HpaVersion::kV1, Stored(object), kDialect));
  }

  void SetDefaults(Json& object) const override {
    HpaObject hpa = Stored(object);
    autoscaler::SetReplicaAndMetricDefaults(hpa.spec);
    autoscaler::SetBehaviorDefaults(hpa.spec);
    object["spec"] = autoscaler::EncodeSpec(hpa.spec);
  }

  void PrepareForCreate(Json& object) const override {
    object["status"] = autoscaler::EncodeStatus({});
  }

  FieldErrors ValidateCreate(const Json& object) const override {
    autoscaler::FieldErrors errors;
    autoscaler::ValidateHpaSpec(Stored(object), nullptr, kRules, errors);
    return CausesOf(errors);
  }

  FieldErrors ValidateUpdate(const Json& old, const Json& object) const override {
    const HpaObject known = Stored(old);
    autoscaler::FieldErrors errors;
    autoscaler::ValidateHpaSpec(Stored(object), &known, kRules, errors);
    return CausesOf(errors);
  }

  FieldErrors ValidateStatusUpdate(const Json&, const Json& object) const override {
    autoscaler::FieldErrors errors;
    autoscaler::ValidateHpaStatus(Stored(object).status, errors);
    return CausesOf(errors);
  }
};

}  // namespace

const ObjectRules& HpaRules() {
  static const HpaRulesImpl rules;
  return rules;
}

}  // namespace kubegauge::server
