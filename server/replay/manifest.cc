#include "server/replay/manifest.h"

#include <utility>

#include "autoscaler/hpa_admission.h"
#include "autoscaler/hpa_defaults.h"
#include "autoscaler/object_meta_validation.h"

namespace kubegauge::server::replay {

absl::StatusOr<autoscaler::Hpa> ReadManifest(const nlohmann::json& object) {
  const autoscaler::Json manifest(object);
  const auto version = autoscaler::ManifestVersion(manifest);
  if (!version.ok()) return version.status();
  auto decoded = autoscaler::DecodeHpaVersion(*version, manifest, {});
  if (!decoded.ok()) return decoded.status();
  autoscaler::HpaObject& read = decoded->object;
  autoscaler::SetReplicaAndMetricDefaults(read.spec);
  autoscaler::SetBehaviorDefaults(read.spec);
  return autoscaler::Hpa{
      .meta = {.namespace_name = autoscaler::MetaText(read.metadata, "namespace"),
               .name = autoscaler::MetaText(read.metadata, "name")},
      .spec = std::move(read.spec),
      .status = std::move(read.status)};
}

}  // namespace kubegauge::server::replay
