#include "apiservice/watch_frame.h"

#include "apiservice/protobuf_message.h"

namespace kubegauge::apiservice {
namespace {

void AppendBigEndian(uint32_t value, std::string& out) {
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<char>(value >> shift));
}

}  // namespace

void AppendWatchEvent(std::string_view type, std::string_view object, Encoding encoding,
                      std::string& out) {
  if (encoding == Encoding::kProtobuf) {
    const ProtobufMessage event =
        ProtobufMessage().Bytes(1, type).Message(2, ProtobufMessage().Bytes(1, object));
    AppendBigEndian(static_cast<uint32_t>(event.bytes().size()), out);
    out.append(event.bytes());
    return;
  }
  out.append("{\"type\":\"").append(type).append("\",\"object\":").append(object).append("}\n");
}

void AppendWatchError(const Status& status, Encoding encoding, std::string& out) {
  if (encoding == Encoding::kProtobuf) {
    return AppendWatchEvent("ERROR", StatusProtobuf(status), encoding, out);
  }
  std::string json = StatusJson(status);
  json.pop_back();  // its newline
  AppendWatchEvent("ERROR", json, encoding, out);
}

}  // namespace kubegauge::apiservice
