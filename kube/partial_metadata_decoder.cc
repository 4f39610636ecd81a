#include "kube/partial_metadata_decoder.h"

#include <type_traits>
#include <utility>

#include "kube/json_object.h"
#include "kube/metadata_fields.h"
#include "kube/protobuf_message.h"

namespace kubegauge::kube {
namespace {

// What `take` makes of the metadata of `object`, views of which are good only within it.
template <class Take>
auto WithMetadata(const EncodedObject& object, Take take)
    -> std::invoke_result_t<Take, const MetadataFields&> {
  if (object.format == WireFormat::kJson) {
    const absl::StatusOr<nlohmann::json> json = ParseJsonObject("an object", object.bytes);
    if (!json.ok()) return json.status();
    return take(ReadJsonMetadata(JsonMember(*json, "metadata")));
  }
  MetadataFields fields;
  const absl::Status read = CatchMalformedProtobuf("an object's metadata", [&] {
    protozero::pbf_reader message = ProtobufMessage(object.bytes);
    while (message.next()) {
      if (message.tag_and_type() == BytesField(1)) {
        fields = ReadProtobufMetadata(TakeBytes(message));
      } else {
        message.skip();
      }
    }
  });
  if (!read.ok()) return read;
  return take(fields);
}

}  // namespace

absl::StatusOr<ObjectMetaRef> DecodeObjectMeta(const EncodedObject& object, LabelSetPool* pool) {
  return WithMetadata(object,
                      [pool](const MetadataFields& fields) { return fields.MakeObjectMeta(pool); });
}

absl::StatusOr<ObjectVersion> DecodeObjectVersion(const EncodedObject& object) {
  return WithMetadata(object, [](const MetadataFields& fields) -> absl::StatusOr<ObjectVersion> {
    if (fields.name.empty()) return absl::InvalidArgumentError("an object has no name");
    return ObjectVersion{.namespace_name = std::string(fields.namespace_name),
                         .name = std::string(fields.name),
                         .resource_version = std::string(fields.resource_version)};
  });
}

absl::StatusOr<EventPosition> DecodeEventPosition(const EncodedObject& object) {
  return WithMetadata(object, [](const MetadataFields& fields) -> absl::StatusOr<EventPosition> {
    return EventPosition{
        .resource_version = std::string(fields.resource_version),
        .initial_events_end = fields.FindAnnotation("k8s.io/initial-events-end") == "true"};
  });
}

}  // namespace kubegauge::kube
