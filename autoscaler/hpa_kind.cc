#include "autoscaler/hpa_kind.h"

#include <memory>
#include <utility>

#include "autoscaler/hpa_codec.h"
#include "autoscaler/hpa_defaults.h"

namespace kubegauge::autoscaler {

absl::StatusOr<HpaKind::Record> HpaKind::Decode(const kube::EncodedObject& object) {
  if (object.format != kube::WireFormat::kJson) {
    return absl::InvalidArgumentError("a HorizontalPodAutoscaler that is not JSON");
  }
  const Json json = Json::parse(object.bytes, nullptr, false);
  if (json.is_discarded()) {
    return absl::InvalidArgumentError("a HorizontalPodAutoscaler that is no JSON");
  }
  absl::StatusOr<Hpa> hpa = DecodeHpa(json);
  if (!hpa.ok()) return hpa.status();
  SetReplicaAndMetricDefaults(hpa->spec);
  SetBehaviorDefaults(hpa->spec);
  // A cache holds it for long.
  hpa->meta.json.shrink_to_fit();
  hpa->status.conditions.shrink_to_fit();
  return std::make_shared<const Hpa>(*std::move(hpa));
}

}  // namespace kubegauge::autoscaler
