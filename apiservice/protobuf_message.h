#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apiservice/protobuf_writer.h"

namespace kubegauge::apiservice {

// Writes a protobuf message front to back, for documents that are made once. Lists, which are made
// per request, use BackwardWriter.
class ProtobufMessage {
 public:
  ProtobufMessage& Bytes(uint32_t field, std::string_view bytes) {
    AppendVarint(field << 3 | 2, bytes_);
    AppendVarint(bytes.size(), bytes_);
    bytes_.append(bytes);
    return *this;
  }
  ProtobufMessage& Varint(uint32_t field, uint64_t value) {
    AppendVarint(field << 3, bytes_);
    AppendVarint(value, bytes_);
    return *this;
  }
  ProtobufMessage& Message(uint32_t field, const ProtobufMessage& message) {
    return Bytes(field, message.bytes_);
  }

  const std::string& bytes() const { return bytes_; }
  // As a Kubernetes body (wire.md A.12).
  std::string Body(std::string_view api_version, std::string_view kind) const {
    return ProtobufEnvelopeHead(api_version, kind, bytes_.size())
        .append(bytes_)
        .append(kProtobufEnvelopeTail);
  }

 private:
  std::string bytes_;
};

}  // namespace kubegauge::apiservice
