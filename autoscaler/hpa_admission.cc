#include "autoscaler/hpa_admission.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "autoscaler/hpa_defaults.h"
#include "autoscaler/object_meta_validation.h"
#include "kube/go_quote.h"

namespace kubegauge::autoscaler {
namespace {

constexpr char kKind[] = "HorizontalPodAutoscaler";
constexpr char kQualifiedKind[] = "HorizontalPodAutoscaler.autoscaling";
constexpr char kGroup[] = "autoscaling";
constexpr size_t kMaxGeneratedName = 63;

// Of Kubernetes 1.x.
constexpr int kFirstStoringV2 = 27;
constexpr int kFirstWithTolerance = 33;
constexpr int kFirstDroppingZeroTargets = 36;
constexpr int kLastWithContainerMetricsGate = 29;

HpaDialect DialectOf(const HpaRules& rules) {
  return {.tolerance = rules.minor >= kFirstWithTolerance ? Tolerance::kKnown : Tolerance::kUnknown,
          .zero_target =
              rules.minor >= kFirstDroppingZeroTargets ? ZeroTarget::kDropped : ZeroTarget::kKept};
}

AdmissionAnswer BadRequest(std::string message) {
  return {.code = 400, .reason = "BadRequest", .message = std::move(message)};
}

AdmissionAnswer Undecodable(std::string_view version, std::string_view why) {
  return BadRequest(fmt::format("{0} in version {1} cannot be handled as a {0}: {2}", kKind,
                                kube::GoQuote(version), why));
}

std::string TextMember(const Json& json, const char* key) {
  if (!json.is_object() || !json.contains(key) || !json[key].is_string()) return "";
  return json[key].get<std::string>();
}

void SetDefaults(HpaVersion version, HpaSpec& spec) {
  SetReplicaAndMetricDefaults(spec);
  if (version == HpaVersion::kV2 || version == HpaVersion::kV2beta2) SetBehaviorDefaults(spec);
}

// An object as it was stored. Whoever stored it has been told of what cannot be read.
HpaObject ReadStored(const Json& object, const HpaDialect& dialect) {
  absl::StatusOr<HpaDecoding> decoded = DecodeHpaVersion(HpaVersion::kV2, object, dialect);
  return decoded.ok() ? std::move(decoded->object) : HpaObject();
}

// The object as it comes back from where it is kept.
Json StoreAndRead(const HpaObject& hpa, const HpaRules& rules) {
  const HpaDialect dialect = DialectOf(rules);
  const HpaVersion kept = rules.minor < kFirstStoringV2 ? HpaVersion::kV1 : HpaVersion::kV2;
  absl::StatusOr<HpaDecoding> read =
      DecodeHpaVersion(kept, EncodeHpaVersion(kept, hpa, dialect), dialect);
  HpaObject object = read.ok() ? std::move(read->object) : hpa;
  SetDefaults(kept, object.spec);
  return EncodeHpaVersion(HpaVersion::kV2, object, dialect);
}

// A manifest, with its defaults; or the answer to one that cannot be read.
struct Received {
  AdmissionAnswer answer;
  HpaObject hpa;
};

Received Receive(const Json& manifest, const AdmissionOptions& options) {
  Received received;
  const absl::StatusOr<HpaVersion> version = ManifestVersion(manifest);
  if (!version.ok()) {
    received.answer = BadRequest(std::string(version.status().message()));
    return received;
  }
  absl::StatusOr<HpaDecoding> decoded =
      DecodeHpaVersion(*version, manifest, DialectOf(options.rules));
  if (!decoded.ok()) {
    received.answer = Undecodable(NameOf(*version), std::string(decoded.status().message()));
    return received;
  }
  if (!decoded->strict_errors.empty() && options.field_validation == FieldValidation::kStrict) {
    received.answer = Undecodable(
        NameOf(*version),
        fmt::format("strict decoding error: {}", fmt::join(decoded->strict_errors, ", ")));
    return received;
  }
  if (options.field_validation == FieldValidation::kWarn) {
    received.answer.warnings = std::move(decoded->strict_errors);
  }
  received.hpa = std::move(decoded->object);
  SetDefaults(*version, received.hpa.spec);
  return received;
}

// False, with the answer, where the manifest names another namespace than the request does.
bool SettleNamespace(const AdmissionOptions& options, Received& received) {
  const std::string namespace_name = MetaText(received.hpa.metadata, "namespace");
  if (namespace_name.empty()) {
    received.hpa.metadata["namespace"] =
        options.namespace_name.empty() ? "default" : options.namespace_name;
  } else if (!options.namespace_name.empty() && namespace_name != options.namespace_name) {
    received.answer = BadRequest(
        "the namespace of the provided object does not match the namespace sent on the request");
    return false;
  }
  return true;
}

bool UsesTolerance(const HpaObject* hpa) {
  if (hpa == nullptr || !hpa->spec.behavior) return false;
  const Behavior& behavior = *hpa->spec.behavior;
  return (behavior.scale_up && behavior.scale_up->tolerance) ||
         (behavior.scale_down && behavior.scale_down->tolerance);
}

bool UsesContainerMetrics(const HpaObject* hpa) {
  return hpa != nullptr && std::any_of(hpa->spec.metrics.begin(), hpa->spec.metrics.end(),
                                       [](const MetricSpec& metric) {
                                         return metric.container_resource.has_value();
                                       });
}

// Fields whose feature gate is off are as good as not there, unless the old object has them.
void DropDisabledFields(const HpaObject* old, const HpaRules& rules, HpaObject& hpa) {
  if (!rules.container_metrics && rules.minor <= kLastWithContainerMetricsGate &&
      !UsesContainerMetrics(old)) {
    for (MetricSpec& metric : hpa.spec.metrics) metric.container_resource.reset();
  }
  if (rules.configurable_tolerance || UsesTolerance(old) || !hpa.spec.behavior) return;
  Behavior& behavior = *hpa.spec.behavior;
  if (behavior.scale_up) behavior.scale_up->tolerance.reset();
  if (behavior.scale_down) behavior.scale_down->tolerance.reset();
}

// Whether the metadata names a version of the object; what is no number names none.
bool SaysVersion(const Json& metadata) {
  const std::string text = MetaText(metadata, "resourceVersion");
  uint64_t version = 0;
  const char* const end = text.data() + text.size();
  const auto [read_to, error] = std::from_chars(text.data(), end, version);
  return error == std::errc() && read_to == end && version != 0;
}

void PrepareNewMetadata(const AdmissionOptions& options, Json& metadata) {
  for (const char* key : {"uid", "creationTimestamp", "deletionTimestamp",
                          "deletionGracePeriodSeconds", "selfLink", "resourceVersion"}) {
    metadata.erase(key);
  }
  const std::string prefix = MetaText(metadata, "generateName");
  if (prefix.empty() || !MetaText(metadata, "name").empty()) return;
  const size_t room =
      kMaxGeneratedName - std::min(options.generated_suffix.size(), kMaxGeneratedName);
  metadata["name"] = prefix.substr(0, room) + options.generated_suffix;
}

// What an update may leave out, or cannot change, is as in `old`.
void KeepSystemMetadata(const Json& old, Json& metadata) {
  const auto keep = [&](const char* key) {
    if (old.contains(key)) metadata[key] = old[key];
  };
  metadata.erase("generation");
  keep("generation");
  keep("creationTimestamp");
  keep("deletionTimestamp");
  for (const char* key : {"uid", "resourceVersion"}) {
    if (MetaText(metadata, key).empty()) keep(key);
  }
  if (!metadata.contains("deletionGracePeriodSeconds")) keep("deletionGracePeriodSeconds");
}

AdmissionAnswer Conclude(int code, AdmissionAnswer answer, const FieldErrors& errors,
                         const HpaObject& hpa, const HpaRules& rules) {
  if (!errors.empty()) {
    answer.code = 422;
    answer.reason = "Invalid";
    answer.message =
        InvalidMessage(kQualifiedKind, MetaText(hpa.metadata, "name"), errors.errors());
    answer.causes = errors.errors();
    return answer;
  }
  answer.code = code;
  answer.object = StoreAndRead(hpa, rules);
  return answer;
}

}  // namespace

absl::StatusOr<HpaVersion> ManifestVersion(const Json& manifest) {
  const std::string kind = TextMember(manifest, "kind");
  const std::string api_version = TextMember(manifest, "apiVersion");
  if (!manifest.is_object()) {
    return absl::InvalidArgumentError("the object provided is not an object");
  }
  if (kind.empty()) return absl::InvalidArgumentError("Object 'Kind' is missing");
  if (api_version.empty()) return absl::InvalidArgumentError("Object 'apiVersion' is missing");
  const std::string prefix = fmt::format("{}/", kGroup);
  const auto version = api_version.starts_with(prefix)
                           ? HpaVersionOf(std::string_view(api_version).substr(prefix.size()))
                           : std::nullopt;
  if (kind != kKind || !version) {
    return absl::InvalidArgumentError(fmt::format("no matches for kind {} in version {}",
                                                  kube::GoQuote(kind), kube::GoQuote(api_version)));
  }
  return *version;
}

AdmissionAnswer AdmitCreate(const Json& manifest, const AdmissionOptions& options) {
  Received received = Receive(manifest, options);
  if (!received.answer.ok() || !SettleNamespace(options, received)) return received.answer;
  HpaObject& hpa = received.hpa;
  const bool says_version = SaysVersion(hpa.metadata);
  PrepareNewMetadata(options, hpa.metadata);
  hpa.status = HpaStatus();
  DropDisabledFields(nullptr, options.rules, hpa);

  FieldErrors errors;
  ValidateObjectMeta(hpa.metadata, {.minor = options.rules.minor}, errors);
  ValidateHpaSpec(hpa.spec, nullptr, options.rules, errors);
  if (errors.empty() && says_version) {
    received.answer.code = 500;
    received.answer.message = "resourceVersion should not be set on objects to be created";
    return received.answer;
  }
  return Conclude(201, std::move(received.answer), errors, hpa, options.rules);
}

AdmissionAnswer AdmitUpdate(const Json& old, const Json& manifest,
                            const AdmissionOptions& options) {
  Received received = Receive(manifest, options);
  if (!received.answer.ok() || !SettleNamespace(options, received)) return received.answer;
  HpaObject& hpa = received.hpa;
  const HpaObject known = ReadStored(old, DialectOf(options.rules));
  KeepSystemMetadata(known.metadata, hpa.metadata);
  hpa.status = known.status;
  DropDisabledFields(&known, options.rules, hpa);

  FieldErrors errors;
  ValidateCommonMeta(hpa.metadata, known.metadata, {.minor = options.rules.minor}, errors);
  ValidateObjectMetaUpdate(hpa.metadata, known.metadata, options.rules.minor, errors);
  ValidateHpaSpec(hpa.spec, &known.spec, options.rules, errors);
  return Conclude(200, std::move(received.answer), errors, hpa, options.rules);
}

AdmissionAnswer AdmitStatusUpdate(const Json& old, const Json& manifest,
                                  const AdmissionOptions& options) {
  Received received = Receive(manifest, options);
  if (!received.answer.ok() || !SettleNamespace(options, received)) return received.answer;
  HpaObject& hpa = received.hpa;
  const HpaObject known = ReadStored(old, DialectOf(options.rules));
  KeepSystemMetadata(known.metadata, hpa.metadata);
  hpa.spec = known.spec;

  FieldErrors errors;
  ValidateCommonMeta(hpa.metadata, known.metadata, {.minor = options.rules.minor}, errors);
  ValidateObjectMetaUpdate(hpa.metadata, known.metadata, options.rules.minor, errors);
  ValidateHpaStatus(hpa.status, errors);
  return Conclude(200, std::move(received.answer), errors, hpa, options.rules);
}

Json ConvertTo(HpaVersion version, const Json& object, const HpaRules& rules) {
  const HpaDialect dialect = DialectOf(rules);
  return EncodeHpaVersion(version, ReadStored(object, dialect), dialect);
}

}  // namespace kubegauge::autoscaler
