#include "kube/metadata_fields.h"

#include "kube/json_object.h"
#include "kube/protobuf_message.h"

namespace kubegauge::kube {
namespace {

std::vector<Label> ReadJsonTexts(const nlohmann::json& value) {
  std::vector<Label> texts;
  const auto* members = value.get_ptr<const nlohmann::json::object_t*>();
  if (members == nullptr) return texts;
  for (const auto& [key, member] : *members) {
    const auto* text = member.get_ptr<const std::string*>();
    if (text != nullptr) texts.emplace_back(key, *text);
  }
  return texts;
}

}  // namespace

std::string_view MetadataFields::FindAnnotation(std::string_view key) const {
  for (const auto& [candidate, value] : annotations) {
    if (candidate == key) return value;
  }
  return {};
}

absl::StatusOr<ObjectMetaRef> MetadataFields::MakeObjectMeta(LabelSetPool* pool) const {
  if (name.empty()) return absl::InvalidArgumentError("an object has no name");
  if (pool != nullptr) return ObjectMeta::Create(namespace_name, name, pool->Get(labels));
  return ObjectMeta::Create(namespace_name, name, labels);
}

Label ReadProtobufMapEntry(std::string_view bytes) {
  Label entry;
  protozero::pbf_reader message = ProtobufMessage(bytes);
  while (message.next()) {
    switch (message.tag_and_type()) {
      case BytesField(1):
        entry.first = TakeBytes(message);
        break;
      case BytesField(2):
        entry.second = TakeBytes(message);
        break;
      default:
        message.skip();
    }
  }
  return entry;
}

MetadataFields ReadProtobufMetadata(std::string_view bytes) {
  MetadataFields fields;
  protozero::pbf_reader message = ProtobufMessage(bytes);
  while (message.next()) {
    switch (message.tag_and_type()) {
      case BytesField(1):
        fields.name = TakeBytes(message);
        break;
      case BytesField(3):
        fields.namespace_name = TakeBytes(message);
        break;
      case BytesField(6):
        fields.resource_version = TakeBytes(message);
        break;
      case BytesField(11):
        fields.labels.push_back(ReadProtobufMapEntry(TakeBytes(message)));
        break;
      case BytesField(12):
        fields.annotations.push_back(ReadProtobufMapEntry(TakeBytes(message)));
        break;
      default:
        message.skip();
    }
  }
  return fields;
}

MetadataFields ReadJsonMetadata(const nlohmann::json& metadata) {
  return {.namespace_name = JsonText(metadata, "namespace"),
          .name = JsonText(metadata, "name"),
          .resource_version = JsonText(metadata, "resourceVersion"),
          .labels = ReadJsonTexts(JsonMember(metadata, "labels")),
          .annotations = ReadJsonTexts(JsonMember(metadata, "annotations"))};
}

}  // namespace kubegauge::kube
