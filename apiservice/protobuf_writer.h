#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace kubegauge::apiservice {

// Writes a protobuf message back to front: a length stands before what it measures, and is known
// when that has been written. Writes fields in descending order, and needs no measuring pass.
//
// Writes into memory of the caller's, which has to have room. In the header to be inlined: a list
// has millions of fields.
class BackwardWriter {
 public:
  // `end` is one past the last byte to be written.
  explicit BackwardWriter(char* end) : begin_(end) {}

  // Where the message begins now.
  char* begin() const { return begin_; }

  void Varint(uint32_t field, uint64_t value) {
    RawVarint(value);
    Tag(field, kVarintType);
  }
  void Bytes(uint32_t field, std::string_view bytes) {
    Raw(bytes);
    RawVarint(bytes.size());
    Tag(field, kLengthDelimitedType);
  }
  // Closes a nested message whose fields were written since `end` was begin().
  void Message(uint32_t field, const char* end) {
    RawVarint(static_cast<uint64_t>(end - begin_));
    Tag(field, kLengthDelimitedType);
  }
  // Fields that are encoded already.
  void Raw(std::string_view bytes) {
    begin_ -= bytes.size();
    std::memcpy(begin_, bytes.data(), bytes.size());
  }

 private:
  static constexpr uint32_t kVarintType = 0;
  static constexpr uint32_t kLengthDelimitedType = 2;

  void RawVarint(uint64_t value) {
    if (value < 0x80) {
      *--begin_ = static_cast<char>(value);
      return;
    }
    begin_ -= (std::bit_width(value) + 6) / 7;
    char* out = begin_;
    for (; value >= 0x80; value >>= 7) *out++ = static_cast<char>(value | 0x80);
    *out = static_cast<char>(value);
  }
  void Tag(uint32_t field, uint32_t wire_type) { RawVarint(field << 3 | wire_type); }

  char* begin_;
};

inline constexpr std::string_view kProtobufMediaType = "application/vnd.kubernetes.protobuf";

// The envelope of every Kubernetes protobuf body (wire.md A.12): magic, TypeMeta, and the length of
// the message that follows; then ProtobufEnvelopeTail.
std::string ProtobufEnvelopeHead(std::string_view api_version, std::string_view kind,
                                 uint64_t message_bytes);
inline constexpr std::string_view kProtobufEnvelopeTail("\x1a\x00\x22\x00", 4);

// A varint, for messages that are written front to back.
void AppendVarint(uint64_t value, std::string& out);

}  // namespace kubegauge::apiservice
