#include "autoscaler/pod_decoder.h"

#include "autoscaler/pod_fields.h"
#include "autoscaler/pod_json_decoder.h"
#include "autoscaler/pod_protobuf_decoder.h"
#include "kube/json_object.h"

namespace kubegauge::autoscaler {

absl::StatusOr<PodPtr> DecodePod(const kube::EncodedObject& object, PodShapes& shapes) {
  if (object.format == kube::WireFormat::kJson) {
    const absl::StatusOr<nlohmann::json> json = kube::ParseJsonObject("a Pod", object.bytes);
    if (!json.ok()) return json.status();
    return DecodeJsonPod(*json, shapes);
  }
  PodFields fields;
  const absl::Status read = ReadProtobufPod(object.bytes, fields);
  if (!read.ok()) return read;
  return MakePod(fields, shapes);
}

absl::StatusOr<PodPtr> DecodeJsonPod(const nlohmann::json& object, PodShapes& shapes) {
  PodFields fields;
  const absl::Status read = ReadJsonPod(object, fields);
  if (!read.ok()) return read;
  return MakePod(fields, shapes);
}

}  // namespace kubegauge::autoscaler
