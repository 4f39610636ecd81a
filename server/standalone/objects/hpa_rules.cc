#include <optional>
#include <string>
#include <utility>

#include "autoscaler/hpa_admission.h"
#include "autoscaler/hpa_defaults.h"
#include "autoscaler/hpa_versions.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/object_rules.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

constexpr char kKind[] = "HorizontalPodAutoscaler";
constexpr char kStoredVersion[] = "autoscaling/v2";

// Those of the version that this API says it has.
autoscaler::HpaRules Rules() { return {.minor = 36}; }
autoscaler::HpaDialect Dialect() { return {.zero_target = autoscaler::ZeroTarget::kDropped}; }

autoscaler::HpaVersion VersionOf(const ServedVersion& version) {
  return autoscaler::HpaVersionOf(version.version).value_or(autoscaler::HpaVersion::kV2);
}

autoscaler::AdmissionOptions OptionsFor(const Json& object) {
  return {.rules = Rules(),
          .namespace_name = MetadataText(object, "namespace"),
          .field_validation = autoscaler::FieldValidation::kIgnore};
}

// What is wrong, besides the metadata, which is checked alike for all resources.
FieldErrors ErrorsOf(const autoscaler::AdmissionAnswer& answer) {
  FieldErrors errors;
  for (const autoscaler::FieldError& cause : answer.causes) {
    if (cause.field.starts_with("metadata.")) continue;
    errors.push_back({.reason = cause.reason, .message = cause.message, .field = cause.field});
  }
  return errors;
}

// HPAs are kept as autoscaling/v2; the autoscaler's own code reads, converts and checks them.
class HpaRulesImpl final : public ObjectRules {
 public:
  OrStatus<Json> ToStored(const ServedVersion& version, Json object) const override {
    const autoscaler::HpaVersion hpa_version = VersionOf(version);
    auto decoded = autoscaler::DecodeHpaVersion(hpa_version, object, Dialect());
    if (!decoded.ok()) {
      return UndecodableBody(kKind, version.version, std::string(decoded.status().message()));
    }
    autoscaler::HpaSpec& spec = decoded->object.spec;
    autoscaler::SetReplicaAndMetricDefaults(spec);
    if (hpa_version == autoscaler::HpaVersion::kV2) autoscaler::SetBehaviorDefaults(spec);
    return autoscaler::EncodeHpaVersion(autoscaler::HpaVersion::kV2, decoded->object, Dialect());
  }

  Json FromStored(const ServedVersion& version, const Json& object) const override {
    const autoscaler::HpaVersion hpa_version = VersionOf(version);
    if (hpa_version == autoscaler::HpaVersion::kV2) return object;
    return autoscaler::ConvertTo(hpa_version, object, Rules());
  }

  void PrepareForCreate(Json& object) const override {
    object["status"] = {{"desiredReplicas", 0}};
  }

  FieldErrors ValidateCreate(const Json& object) const override {
    return ErrorsOf(
        autoscaler::AdmitCreate(WithType(kKind, kStoredVersion, object), OptionsFor(object)));
  }
  FieldErrors ValidateUpdate(const Json& old, const Json& object) const override {
    return ErrorsOf(
        autoscaler::AdmitUpdate(old, WithType(kKind, kStoredVersion, object), OptionsFor(object)));
  }
  FieldErrors ValidateStatusUpdate(const Json& old, const Json& object) const override {
    return ErrorsOf(autoscaler::AdmitStatusUpdate(old, WithType(kKind, kStoredVersion, object),
                                                  OptionsFor(object)));
  }
};

}  // namespace

const ObjectRules& HpaRules() {
  static const HpaRulesImpl rules;
  return rules;
}

}  // namespace kubegauge::server
