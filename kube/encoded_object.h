#pragma once

#include <string_view>

namespace kubegauge::kube {

// How an API server writes objects (wire.md A.12). It is asked for protobuf first; one that cannot
// give it for a kind, such as an aggregated API or a CustomResourceDefinition, answers JSON.
enum class WireFormat { kJson, kProtobuf };

// From the Content-Type of a response. Whatever is not protobuf is read as JSON.
inline WireFormat WireFormatOf(std::string_view content_type) {
  return content_type.starts_with("application/vnd.kubernetes.protobuf") ? WireFormat::kProtobuf
                                                                         : WireFormat::kJson;
}

// One object as it came, not yet decoded: a JSON object, or a protobuf message without envelope.
// Owns nothing.
struct EncodedObject {
  WireFormat format = WireFormat::kJson;
  std::string_view bytes;
};

}  // namespace kubegauge::kube
