#include "apiservice/protobuf_writer.h"

#include <array>

namespace kubegauge::apiservice {
namespace {

constexpr size_t kMaxVarintBytes = 10;
constexpr std::string_view kMagic("k8s\0", 4);

// Writes `value` at `out` and gives the end.
char* WriteVarint(uint64_t value, char* out) {
  for (; value >= 0x80; value >>= 7) *out++ = static_cast<char>(value | 0x80);
  *out++ = static_cast<char>(value);
  return out;
}

}  // namespace

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
