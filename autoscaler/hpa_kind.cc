#include "autoscaler/hpa_kind.h"

#include <memory>
#include <utility>

#include "autoscaler/hpa_codec.h"
#include "autoscaler/hpa_defaults.h"

namespace kubegauge::autoscaler {
namespace {

void ShareTexts(TextPool& texts, HpaSpec& spec) {
  texts.Share(spec.scale_target_ref.kind);
  texts.Share(spec.scale_target_ref.name);  // mostly that of the HPA
  texts.Share(spec.scale_target_ref.api_version);
  for (MetricSpec& metric : spec.metrics) {
    texts.Share(metric.type);
    if (!metric.resource) continue;
    texts.Share(metric.resource->name);
    texts.Share(metric.resource->target.type);
  }
}

void ShareTexts(TextPool& texts, HpaStatus& status) {
  for (HpaCondition& condition : status.conditions) {
    for (SharedText HpaCondition::*text : {&HpaCondition::type, &HpaCondition::status,
                                           &HpaCondition::reason, &HpaCondition::message}) {
      texts.Share(condition.*text);
    }
  }
  if (!status.current_metrics) return;
  for (MetricStatus& metric : *status.current_metrics) {
    texts.Share(metric.type);
    if (metric.resource) texts.Share(metric.resource->name);
  }
}

}  // namespace

absl::StatusOr<HpaKind::Record> HpaKind::Decode(const kube::EncodedObject& object) const {
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
  texts_->Share(hpa->meta.namespace_name);
  texts_->Share(hpa->meta.name);
  ShareTexts(*texts_, hpa->spec);
  ShareTexts(*texts_, hpa->status);
  hpa->meta.json.shrink_to_fit();
  hpa->status.conditions.shrink_to_fit();
  return std::make_shared<const Hpa>(*std::move(hpa));
}

}  // namespace kubegauge::autoscaler
