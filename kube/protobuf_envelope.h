#pragma once

#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// What stands in front of every protobuf object (wire.md A.12).
inline constexpr std::string_view kProtobufMagic("k8s\0", 4);

// The message Unknown that wraps an object in protobuf. Views into the bytes it was read from.
struct ProtobufEnvelope {
  std::string_view api_version;  // "v1", "meta.k8s.io/v1"
  std::string_view kind;         // "Node", "Status"
  std::string_view raw;          // the object's message
};

// Error: kInvalidArgument.
absl::StatusOr<ProtobufEnvelope> OpenProtobufEnvelope(std::string_view bytes);

// Reads a TypeMeta into `envelope`. Throws protozero::exception.
void ReadProtobufTypeMeta(std::string_view bytes, ProtobufEnvelope& envelope);

}  // namespace kubegauge::kube
