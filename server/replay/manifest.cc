#include "server/replay/manifest.h"

#include <fmt/format.h>

#include <utility>

#include "autoscaler/hpa_admission.h"
#include "autoscaler/hpa_defaults.h"
#include "autoscaler/object_meta_validation.h"
#include "kube/kubernetes_version.h"

namespace kubegauge::server::replay {
namespace {

// Of the version whose decisions these are. A gate may have been on when the HPA was made.
constexpr autoscaler::HpaRules kRules = {.minor = kube::kKubernetesMinor, .scale_to_zero = true};

std::vector<std::string> FaultsOf(const autoscaler::Json& manifest) {
  autoscaler::AdmissionAnswer answer = autoscaler::AdmitCreate(manifest, {.rules = kRules});
  std::vector<std::string> faults = std::move(answer.warnings);
  for (const autoscaler::FieldError& cause : answer.causes) {
    faults.push_back(fmt::format("{}: {}", cause.field, cause.message));
  }
  return faults;
}

}  // namespace

absl::StatusOr<Manifest> ReadManifest(const nlohmann::json& object) {
  const autoscaler::Json json(object);
  const auto version = autoscaler::ManifestVersion(json);
  if (!version.ok()) return version.status();
  auto decoded = autoscaler::DecodeHpaVersion(*version, json, {});
  if (!decoded.ok()) return decoded.status();
  autoscaler::HpaObject& read = decoded->object;
  autoscaler::SetReplicaAndMetricDefaults(read.spec);
  autoscaler::SetBehaviorDefaults(read.spec);
  return Manifest{
      .hpa = {.meta = {.namespace_name = autoscaler::MetaText(read.metadata, "namespace"),
                       .name = autoscaler::MetaText(read.metadata, "name")},
              .spec = std::move(read.spec),
              .status = std::move(read.status)},
      .faults = FaultsOf(json)};
}

}  // namespace kubegauge::server::replay
