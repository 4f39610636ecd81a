#include <optional>
#include <string>
#include <utility>

#include "autoscaler/hpa_admission.h"
#include "autoscaler/hpa_defaults.h"
#include "autoscaler/hpa_versions.h"
#include "kube/kubernetes_version.h"
#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/object_rules.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

constexpr char kKind[] = "HorizontalPodAutoscaler";
constexpr char kStoredVersion[] = "autoscaling/v2";

// Those of the version that this API says it has.
autoscaler::HpaRules Rules() { return {.minor = kube::kKubernetesMinor}; }
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

// An encoding leaves empty lists of policies out, and a v1 that has none gets no defaults;
// validation has to see both.
void KeepLackOfPolicies(const autoscaler::HpaSpec& spec, Json& object) {
  if (!spec.behavior) return;
  const auto keep = [&](const autoscaler::Boxed<autoscaler::ScalingRules>& rules, const char* key) {
    if (rules && (!rules->policies || rules->policies->empty())) {
      object["spec"]["behavior"][key]["policies"] = Json::array();
    }
  };
  keep(spec.behavior->scale_up, "scaleUp");
  keep(spec.behavior->scale_down, "scaleDown");
}

// Upstream writes the metrics of a status whether there are any or not.
Json WithCurrentMetrics(Json object) {
  const auto status = object.find("status");
  if (status == object.end() || status->contains("currentMetrics")) return object;
  Json complete = Json::object();
  for (const auto& [key, value] : status->items()) {
    complete[key] = value;
    if (key == "desiredReplicas") complete["currentMetrics"] = nullptr;
  }
  *status = std::move(complete);
  return object;
}

// HPAs are kept as autoscaling/v2; the autoscaler's own code reads, converts and checks them.
class HpaRulesImpl final : public ObjectRules {
 public:
  void CheckBody(const ServedVersion& version, const Json& body,
                 DecodeFaults& faults) const override {
    auto decoded = autoscaler::DecodeHpaVersion(VersionOf(version), body, Dialect());
    faults.mismatch =
        decoded.ok() ? std::nullopt : std::optional(std::string(decoded.status().message()));
    faults.strict_errors =
        decoded.ok() ? std::move(decoded->strict_errors) : std::vector<std::string>();
  }

  OrStatus<Json> ToStored(const ServedVersion& version, Json object) const override {
    const autoscaler::HpaVersion hpa_version = VersionOf(version);
    auto decoded = autoscaler::DecodeHpaVersion(hpa_version, object, Dialect());
    if (!decoded.ok()) {
      return UndecodableBody(kKind, version.version, kKind,
                             std::string(decoded.status().message()));
    }
    autoscaler::HpaSpec& spec = decoded->object.spec;
    autoscaler::SetReplicaAndMetricDefaults(spec);
    if (hpa_version == autoscaler::HpaVersion::kV2) autoscaler::SetBehaviorDefaults(spec);
    Json stored =
        autoscaler::EncodeHpaVersion(autoscaler::HpaVersion::kV2, decoded->object, Dialect());
    KeepLackOfPolicies(spec, stored);
    return stored;
  }

  Json FromStored(const ServedVersion& version, const Json& object) const override {
    const autoscaler::HpaVersion hpa_version = VersionOf(version);
    if (hpa_version == autoscaler::HpaVersion::kV2) return WithCurrentMetrics(object);
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
