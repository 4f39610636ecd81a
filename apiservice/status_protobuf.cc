#include <string>

#include "apiservice/protobuf_writer.h"
#include "apiservice/status.h"

namespace kubegauge::apiservice {
namespace {

constexpr size_t kFixedBytes = 128;
constexpr size_t kCauseBytes = 32;

size_t Bound(const Status& status) {
  const Status::Details& details = status.details;
  size_t bound = kFixedBytes + status.message.size() + status.reason.size() + details.name.size() +
                 details.group.size() + details.kind.size();
  for (const Status::Cause& cause : details.causes) {
    bound += kCauseBytes + cause.reason.size() + cause.message.size() + cause.field.size();
  }
  return bound;
}

void WriteDetails(const Status::Details& details, BackwardWriter& out) {
  const char* const end = out.begin();
  out.Bytes(6, "");  // uid
  out.Varint(5, static_cast<uint64_t>(details.retry_after_seconds));
  for (size_t i = details.causes.size(); i-- > 0;) {
    const Status::Cause& cause = details.causes[i];
    const char* const cause_end = out.begin();
    out.Bytes(3, cause.field);
    out.Bytes(2, cause.message);
    out.Bytes(1, cause.reason);
    out.Message(4, cause_end);
  }
  out.Bytes(3, details.kind);
  out.Bytes(2, details.group);
  out.Bytes(1, details.name);
  out.Message(5, end);
}

void WriteListMeta(uint32_t field, BackwardWriter& out) {
  const char* const end = out.begin();
  for (const uint32_t member : {3u, 2u, 1u}) out.Bytes(member, "");
  out.Message(field, end);
}

}  // namespace

std::string StatusProtobuf(const Status& status) {
  std::string memory(Bound(status), '\0');
  char* const end = memory.data() + memory.size();
  BackwardWriter out(end);
  out.Varint(6, static_cast<uint64_t>(status.code));
  if (status.has_details) WriteDetails(status.details, out);
  out.Bytes(4, status.reason);
  out.Bytes(3, status.message);
  out.Bytes(2, "Failure");
  WriteListMeta(1, out);
  const auto message_bytes = static_cast<size_t>(end - out.begin());
  std::string body = ProtobufEnvelopeHead("v1", "Status", message_bytes);
  body.append(out.begin(), message_bytes).append(kProtobufEnvelopeTail);
  return body;
}

}  // namespace kubegauge::apiservice
