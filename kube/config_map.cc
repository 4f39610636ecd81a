#include "kube/config_map.h"

#include <utility>

#include "kube/json_object.h"
#include "kube/metadata_fields.h"
#include "kube/protobuf_message.h"

namespace kubegauge::kube {
namespace {

absl::Status SetMetadata(const MetadataFields& fields, ConfigMap& config_map) {
  absl::StatusOr<ObjectMetaRef> meta = fields.MakeObjectMeta();
  if (!meta.ok()) return meta.status();
  config_map.meta = *std::move(meta);
  return absl::OkStatus();
}

absl::Status ReadProtobufConfigMap(std::string_view bytes, ConfigMap& config_map) {
  MetadataFields fields;
  const absl::Status read = CatchMalformedProtobuf("a ConfigMap", [&] {
    protozero::pbf_reader message = ProtobufMessage(bytes);
    while (message.next()) {
      switch (message.tag_and_type()) {
        case BytesField(1):
          fields = ReadProtobufMetadata(TakeBytes(message));
          break;
        case BytesField(2): {
          const Label entry = ReadProtobufMapEntry(TakeBytes(message));
          config_map.data.insert_or_assign(std::string(entry.first), std::string(entry.second));
          break;
        }
        default:
          message.skip();
      }
    }
  });
  return read.ok() ? SetMetadata(fields, config_map) : read;
}

absl::Status ReadJsonConfigMap(std::string_view bytes, ConfigMap& config_map) {
  const absl::StatusOr<nlohmann::json> json = ParseJsonObject("a ConfigMap", bytes);
  if (!json.ok()) return json.status();
  const nlohmann::json& data = JsonMember(*json, "data");
  if (const auto* entries = data.get_ptr<const nlohmann::json::object_t*>()) {
    for (const auto& [key, value] : *entries) {
      const auto* text = value.get_ptr<const std::string*>();
      if (text != nullptr) config_map.data.emplace(key, *text);
    }
  }
  return SetMetadata(ReadJsonMetadata(JsonMember(*json, "metadata")), config_map);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ConfigMap>> DecodeConfigMap(const EncodedObject& object) {
  auto config_map = std::make_shared<ConfigMap>();
  const absl::Status read = object.format == WireFormat::kProtobuf
                                ? ReadProtobufConfigMap(object.bytes, *config_map)
                                : ReadJsonConfigMap(object.bytes, *config_map);
  if (!read.ok()) return read;
  return std::shared_ptr<const ConfigMap>(std::move(config_map));
}

}  // namespace kubegauge::kube
