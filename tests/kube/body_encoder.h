#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kube/encoded_object.h"
#include "tests/kube/api_bodies.h"

namespace kubegauge::testing {

// The same object, list, event or Status in either format.
struct Encoder {
  kube::WireFormat format = kube::WireFormat::kProtobuf;

  bool protobuf() const { return format == kube::WireFormat::kProtobuf; }
  std::string ContentType() const {
    return protobuf() ? "application/vnd.kubernetes.protobuf" : "application/json";
  }
  std::string Object(const ObjectSpec& spec) const {
    return protobuf() ? ProtobufObject(spec) : JsonObject(spec);
  }
  std::string List(const std::string& resource_version, const std::string& token,
                   const std::vector<ObjectSpec>& specs) const {
    std::vector<std::string> items;
    for (const ObjectSpec& spec : specs) items.push_back(Object(spec));
    return protobuf() ? ProtobufList(resource_version, token, items)
                      : JsonList(resource_version, token, items);
  }
  std::string Event(std::string_view type, const ObjectSpec& spec) const {
    return protobuf() ? ProtobufEvent(type, Envelope("meta.k8s.io/v1", "PartialObjectMetadata",
                                                     ProtobufObject(spec)))
                      : JsonEvent(type, JsonObject(spec));
  }
  std::string Status(int32_t code, const std::string& reason, const std::string& message) const {
    return protobuf() ? ProtobufStatus(code, reason, message) : JsonStatus(code, reason, message);
  }
  std::string ErrorEvent(int32_t code, const std::string& reason,
                         const std::string& message) const {
    const std::string status = Status(code, reason, message);
    return protobuf() ? ProtobufEvent("ERROR", status) : JsonEvent("ERROR", status);
  }
};

}  // namespace kubegauge::testing
