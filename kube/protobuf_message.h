#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <protozero/pbf_reader.hpp>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "kube/protobuf_fields.h"

namespace kubegauge::kube {

// For decoders of protobuf messages, which switch on protozero's tag_and_type() so that a field of
// another wire type is skipped like one that is not known.

constexpr uint32_t BytesField(uint32_t number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited);
}
constexpr uint32_t VarintField(uint32_t number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::varint);
}

inline protozero::pbf_reader ProtobufMessage(std::string_view bytes) {
  return protozero::pbf_reader(protozero::data_view(bytes.data(), bytes.size()));
}

// The current field, which is a BytesField. A view into the message.
inline std::string_view TakeBytes(protozero::pbf_reader& message) {
  const protozero::data_view view = message.get_view();
  return {view.data(), view.size()};
}

// The field 1 of messages of which nothing else counts: the seconds of a Time or a Duration, the
// text of a Quantity. Of several the last one, as protobuf wants it; 0 or empty where there is
// none. Throw protozero::exception.
inline int64_t FirstVarint(std::string_view bytes) {
  int64_t value = 0;
  for (ProtobufFields field(bytes); field.Next();) {
    if (field.key() == VarintField(1)) value = field.varint();
  }
  return value;
}
inline std::string_view FirstBytes(std::string_view bytes) {
  std::string_view value;
  for (ProtobufFields field(bytes); field.Next();) {
    if (field.key() == BytesField(1)) value = field.bytes();
  }
  return value;
}

// Runs `read`, and turns what protozero throws at malformed bytes into an error about `what`.
template <class Read>
absl::Status CatchMalformedProtobuf(std::string_view what, Read&& read) {
  try {
    std::forward<Read>(read)();
  } catch (const protozero::exception& error) {
    return absl::InvalidArgumentError(
        fmt::format("{} is not a well-formed protobuf message: {}", what, error.what()));
  }
  return absl::OkStatus();
}

}  // namespace kubegauge::kube
