#include "kube/protobuf_envelope.h"

#include "kube/protobuf_message.h"

namespace kubegauge::kube {

void ReadProtobufTypeMeta(std::string_view bytes, ProtobufEnvelope& envelope) {
  protozero::pbf_reader type_meta = ProtobufMessage(bytes);
  while (type_meta.next()) {
    switch (type_meta.tag_and_type()) {
      case BytesField(1):
        envelope.api_version = TakeBytes(type_meta);
        break;
      case BytesField(2):
        envelope.kind = TakeBytes(type_meta);
        break;
      default:
        type_meta.skip();
    }
  }
}

absl::StatusOr<ProtobufEnvelope> OpenProtobufEnvelope(std::string_view bytes) {
  if (!bytes.starts_with(kProtobufMagic)) {
    return absl::InvalidArgumentError("a protobuf object does not begin with the bytes 'k8s\\0'");
  }
  ProtobufEnvelope envelope;
  std::string_view content_encoding;
  const absl::Status read = CatchMalformedProtobuf("the envelope of an object", [&] {
    protozero::pbf_reader unknown = ProtobufMessage(bytes.substr(kProtobufMagic.size()));
    while (unknown.next()) {
      switch (unknown.tag_and_type()) {
        case BytesField(1):
          ReadProtobufTypeMeta(TakeBytes(unknown), envelope);
          break;
        case BytesField(2):
          envelope.raw = TakeBytes(unknown);
          break;
        case BytesField(3):
          content_encoding = TakeBytes(unknown);
          break;
        default:
          unknown.skip();
      }
    }
  });
  if (!read.ok()) return read;
  if (!content_encoding.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("an object came in the content encoding \"{}\", which is not known",
                    content_encoding.substr(0, 64)));
  }
  return envelope;
}

}  // namespace kubegauge::kube
