#include "kube/watch_frames.h"

#include <algorithm>

#include "kube/json_split.h"
#include "kube/protobuf_envelope.h"
#include "kube/protobuf_message.h"

namespace kubegauge::kube {
namespace {

constexpr size_t kLengthBytes = 4;

WatchEventType TypeFrom(std::string_view name) {
  if (name == "ADDED") return WatchEventType::kAdded;
  if (name == "MODIFIED") return WatchEventType::kModified;
  if (name == "DELETED") return WatchEventType::kDeleted;
  if (name == "BOOKMARK") return WatchEventType::kBookmark;
  if (name == "ERROR") return WatchEventType::kError;
  return WatchEventType::kUnknown;
}

size_t ReadLength(std::string_view bytes) {
  size_t length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) length = length << 8 | static_cast<uint8_t>(bytes[i]);
  return length;
}

std::string_view ReadRawExtension(std::string_view bytes) {
  std::string_view raw;
  protozero::pbf_reader extension = ProtobufMessage(bytes);
  while (extension.next(1, protozero::pbf_wire_type::length_delimited)) raw = TakeBytes(extension);
  return raw;
}

absl::StatusOr<WatchEvent> ReadProtobufEvent(std::string_view frame) {
  std::string_view type;
  std::string_view object;
  const absl::Status read = CatchMalformedProtobuf("an event of a watch", [&] {
    protozero::pbf_reader event = ProtobufMessage(frame);
    while (event.next()) {
      switch (event.tag_and_type()) {
        case BytesField(1):
          type = TakeBytes(event);
          break;
        case BytesField(2):
          object = ReadRawExtension(TakeBytes(event));
          break;
        default:
          event.skip();
      }
    }
  });
  if (!read.ok()) return read;
  const absl::StatusOr<ProtobufEnvelope> envelope = OpenProtobufEnvelope(object);
  if (!envelope.ok()) return envelope.status();
  return WatchEvent{TypeFrom(type), {WireFormat::kProtobuf, envelope->raw}};
}

}  // namespace

void WatchFrames::Append(std::string_view chunk) {
  scanned_ -= std::min(scanned_, begin_);
  buffer_.erase(0, begin_);
  begin_ = 0;
  buffer_.append(chunk);
}

absl::StatusOr<std::optional<WatchEvent>> WatchFrames::Next() {
  return format_ == WireFormat::kProtobuf ? NextProtobuf() : NextJson();
}

absl::StatusOr<std::optional<WatchEvent>> WatchFrames::NextProtobuf() {
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  if (rest.size() < kLengthBytes) return std::nullopt;
  const size_t length = ReadLength(rest);
  if (length > max_frame_bytes_) return TooLong();
  if (rest.size() - kLengthBytes < length) return std::nullopt;
  begin_ += kLengthBytes + length;
  absl::StatusOr<WatchEvent> event = ReadProtobufEvent(rest.substr(kLengthBytes, length));
  if (!event.ok()) return event.status();
  return *event;
}

absl::StatusOr<std::optional<WatchEvent>> WatchFrames::NextJson() {
  do {
    const size_t end = buffer_.find('\n', std::max(scanned_, begin_));
    if (end == std::string::npos) {
      scanned_ = buffer_.size();
      if (scanned_ - begin_ > max_frame_bytes_) return TooLong();
      return std::nullopt;
    }
    line_.assign(buffer_, begin_, end - begin_);
    begin_ = end + 1;
  } while (line_.find_first_not_of(" \t\r") == std::string::npos);
  absl::StatusOr<JsonWatchEvent> event = SplitJsonWatchEvent(line_);
  if (!event.ok()) return event.status();
  return WatchEvent{TypeFrom(event->type), {WireFormat::kJson, event->object}};
}

absl::Status WatchFrames::TooLong() const {
  return absl::InvalidArgumentError(
      fmt::format("an event of a watch is longer than {} bytes", max_frame_bytes_));
}

}  // namespace kubegauge::kube
