#include "kube/node_decoder.h"

#include <limits>
#include <utility>

#include "kube/json_object.h"
#include "kube/metadata_fields.h"
#include "kube/protobuf_message.h"

namespace kubegauge::kube {
namespace {

constexpr std::string_view kPathAnnotation = "metrics.k8s.io/resource-metrics-path";

// A port that cannot be one is as good as none.
uint16_t PortFrom(int64_t value) {
  const bool valid = value > 0 && value <= std::numeric_limits<uint16_t>::max();
  return valid ? static_cast<uint16_t>(value) : uint16_t{0};
}

absl::Status SetMetadata(const MetadataFields& fields, NodeInfo& node) {
  absl::StatusOr<ObjectMetaRef> meta = fields.MakeObjectMeta();
  if (!meta.ok()) return meta.status();
  node.meta = *std::move(meta);
  node.resource_metrics_path = std::string(fields.FindAnnotation(kPathAnnotation));
  return absl::OkStatus();
}

// NodeCondition and NodeAddress both begin with two texts.
Label ReadTextPair(std::string_view bytes) { return ReadProtobufMapEntry(bytes); }

uint16_t ReadDaemonEndpoint(std::string_view bytes) {
  int64_t port = 0;
  protozero::pbf_reader message = ProtobufMessage(bytes);
  while (message.next()) {
    if (message.tag_and_type() == VarintField(1)) {
      port = message.get_int64();
    } else {
      message.skip();
    }
  }
  return PortFrom(port);
}

uint16_t ReadDaemonEndpoints(std::string_view bytes) {
  uint16_t port = 0;
  protozero::pbf_reader message = ProtobufMessage(bytes);
  while (message.next()) {
    if (message.tag_and_type() == BytesField(1)) {
      port = ReadDaemonEndpoint(TakeBytes(message));
    } else {
      message.skip();
    }
  }
  return port;
}

void ReadStatus(std::string_view bytes, NodeInfo& node) {
  protozero::pbf_reader status = ProtobufMessage(bytes);
  while (status.next()) {
    switch (status.tag_and_type()) {
      case BytesField(4): {
        const Label condition = ReadTextPair(TakeBytes(status));
        if (condition.first == "Ready") node.ready = condition.second == "True";
        break;
      }
      case BytesField(5): {
        const Label address = ReadTextPair(TakeBytes(status));
        node.addresses.push_back({std::string(address.first), std::string(address.second)});
        break;
      }
      case BytesField(6):
        node.kubelet_port = ReadDaemonEndpoints(TakeBytes(status));
        break;
      default:
        status.skip();
    }
  }
}

absl::Status ReadProtobufNode(std::string_view bytes, NodeInfo& node) {
  MetadataFields fields;
  const absl::Status read = CatchMalformedProtobuf("a Node", [&] {
    protozero::pbf_reader message = ProtobufMessage(bytes);
    while (message.next()) {
      switch (message.tag_and_type()) {
        case BytesField(1):
          fields = ReadProtobufMetadata(TakeBytes(message));
          break;
        case BytesField(3):
          ReadStatus(TakeBytes(message), node);
          break;
        default:
          message.skip();
      }
    }
  });
  return read.ok() ? SetMetadata(fields, node) : read;
}

absl::Status ReadJsonNode(std::string_view bytes, NodeInfo& node) {
  const absl::StatusOr<nlohmann::json> json = ParseJsonObject("a Node", bytes);
  if (!json.ok()) return json.status();
  const nlohmann::json& status = JsonMember(*json, "status");
  const nlohmann::json& conditions = JsonMember(status, "conditions");
  const nlohmann::json& addresses = JsonMember(status, "addresses");
  const nlohmann::json& port =
      JsonMember(JsonMember(JsonMember(status, "daemonEndpoints"), "kubeletEndpoint"), "Port");
  if (conditions.is_array()) {
    for (const nlohmann::json& condition : conditions) {
      if (JsonText(condition, "type") == "Ready") {
        node.ready = JsonText(condition, "status") == "True";
      }
    }
  }
  if (addresses.is_array()) {
    for (const nlohmann::json& address : addresses) {
      node.addresses.push_back(
          {std::string(JsonText(address, "type")), std::string(JsonText(address, "address"))});
    }
  }
  if (port.is_number_integer()) node.kubelet_port = PortFrom(port.get<int64_t>());
  return SetMetadata(ReadJsonMetadata(JsonMember(*json, "metadata")), node);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const NodeInfo>> DecodeNode(const EncodedObject& object) {
  auto node = std::make_shared<NodeInfo>();
  const absl::Status read = object.format == WireFormat::kProtobuf
                                ? ReadProtobufNode(object.bytes, *node)
                                : ReadJsonNode(object.bytes, *node);
  if (!read.ok()) return read;
  return std::shared_ptr<const NodeInfo>(std::move(node));
}

}  // namespace kubegauge::kube
