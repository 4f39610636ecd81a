#include "server/replay/manifest.h"

#include <utility>

#include "autoscaler/hpa_codec.h"

namespace kubegauge::server::replay {

absl::StatusOr<Manifest> ReadManifest(const nlohmann::json& object) {
  absl::StatusOr<autoscaler::Hpa> hpa = autoscaler::DecodeHpa(autoscaler::Json(object));
  if (!hpa.ok()) return hpa.status();
  return Manifest{.hpa = *std::move(hpa), .violations = {}};
}

}  // namespace kubegauge::server::replay
