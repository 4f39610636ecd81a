#include "apiservice/protobuf_writer.h"

#include <algorithm>
#include <array>

namespace kubegauge::apiservice {
namespace {

constexpr uint32_t kVarintType = 0;
constexpr uint32_t kLengthDelimitedType = 2;
constexpr size_t kMaxVarintBytes = 10;
constexpr std::string_view kMagic("k8s\0", 4);

// Writes `value` at `out` and gives the end.
char* WriteVarint(uint64_t value, char* out) {
  for (; value >= 0x80; value >>= 7) *out++ = static_cast<char>(value | 0x80);
  *out++ = static_cast<char>(value);
  return out;
}

}  // namespace

void BackwardWriter::Varint(uint32_t field, uint64_t value) {
  RawVarint(value);
  Tag(field, kVarintType);
}

void BackwardWriter::Bytes(uint32_t field, std::string_view bytes) {
  begin_ -= bytes.size();
  std::copy(bytes.begin(), bytes.end(), begin_);
  RawVarint(bytes.size());
  Tag(field, kLengthDelimitedType);
}

void BackwardWriter::Message(uint32_t field, const char* end) {
  RawVarint(static_cast<uint64_t>(end - begin_));
  Tag(field, kLengthDelimitedType);
}

void BackwardWriter::RawVarint(uint64_t value) {
  if (value < 0x80) {
    *--begin_ = static_cast<char>(value);
    return;
  }
  std::array<char, kMaxVarintBytes> text;
  const char* const end = WriteVarint(value, text.data());
  begin_ -= end - text.data();
  std::copy(static_cast<const char*>(text.data()), end, begin_);
}

void BackwardWriter::Tag(uint32_t field, uint32_t wire_type) { RawVarint(field << 3 | wire_type); }

void AppendVarint(uint64_t value, std::string& out) {
  std::array<char, kMaxVarintBytes> text;
  out.append(text.data(), WriteVarint(value, text.data()));
}

std::string ProtobufEnvelopeHead(std::string_view api_version, std::string_view kind,
                                 uint64_t message_bytes) {
  std::string type_meta;
  for (const auto& [tag, text] : {std::pair('\x0a', api_version), std::pair('\x12', kind)}) {
    type_meta.push_back(tag);
    AppendVarint(text.size(), type_meta);
    type_meta.append(text);
  }
  std::string head(kMagic);
  head.push_back('\x0a');
  AppendVarint(type_meta.size(), head);
  head.append(type_meta);
  head.push_back('\x12');
  AppendVarint(message_bytes, head);
  return head;
}

}  // namespace kubegauge::apiservice
