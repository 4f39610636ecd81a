#include "kube/api_status.h"

#include <algorithm>

#include "kube/go_quote.h"
#include "kube/json_object.h"
#include "kube/protobuf_envelope.h"
#include "kube/protobuf_message.h"

namespace kubegauge::kube {
namespace {

constexpr std::string_view kTooLargeCause = "ResourceVersionTooLarge";
constexpr std::string_view kTooLargeMessage = "Too large resource version";
constexpr size_t kMaxForeignText = 256;
constexpr size_t kMaxStatusBytes = size_t{64} << 10;

void ReadDetails(std::string_view bytes, ApiStatus& status) {
  protozero::pbf_reader details = ProtobufMessage(bytes);
  while (details.next()) {
    switch (details.tag_and_type()) {
      case BytesField(4): {
        // A StatusCause begins with reason and message, as a map's entry does with key and value.
        protozero::pbf_reader cause = details.get_message();
        while (cause.next(1, protozero::pbf_wire_type::length_delimited)) {
          if (TakeBytes(cause) == kTooLargeCause) status.resource_version_too_large = true;
        }
        break;
      }
      case VarintField(5):
        status.retry_after_seconds = ClampToInt32(details.get_int64());
        break;
      default:
        details.skip();
    }
  }
}

absl::StatusOr<ApiStatus> DecodeProtobufStatus(std::string_view bytes) {
  ApiStatus status;
  const absl::Status read = CatchMalformedProtobuf("a Status", [&] {
    protozero::pbf_reader message = ProtobufMessage(bytes);
    while (message.next()) {
      switch (message.tag_and_type()) {
        case BytesField(3):
          status.message = std::string(TakeBytes(message));
          break;
        case BytesField(4):
          status.reason = std::string(TakeBytes(message));
          break;
        case BytesField(5):
          ReadDetails(TakeBytes(message), status);
          break;
        case VarintField(6):
          status.code = ClampToInt32(message.get_int64());
          break;
        default:
          message.skip();
      }
    }
  });
  if (!read.ok()) return read;
  return status;
}

absl::StatusOr<ApiStatus> DecodeJsonStatus(std::string_view bytes) {
  const absl::StatusOr<nlohmann::json> json = ParseJsonObject("a Status", bytes);
  if (!json.ok()) return json.status();
  const nlohmann::json& details = JsonMember(*json, "details");
  ApiStatus status{.code = JsonInt32(*json, "code"),
                   .reason = std::string(JsonText(*json, "reason")),
                   .message = std::string(JsonText(*json, "message")),
                   .retry_after_seconds = JsonInt32(details, "retryAfterSeconds")};
  const nlohmann::json& causes = JsonMember(details, "causes");
  if (causes.is_array()) {
    status.resource_version_too_large = std::any_of(
        causes.begin(), causes.end(),
        [](const nlohmann::json& cause) { return JsonText(cause, "reason") == kTooLargeCause; });
  }
  return status;
}

absl::StatusOr<ApiStatus> DecodeErrorBody(WireFormat format, std::string_view body) {
  if (format == WireFormat::kJson) return DecodeApiStatus({format, body});
  const absl::StatusOr<ProtobufEnvelope> envelope = OpenProtobufEnvelope(body);
  if (!envelope.ok()) return envelope.status();
  return DecodeApiStatus({format, envelope->raw});
}

}  // namespace

absl::StatusOr<ApiStatus> DecodeApiStatus(const EncodedObject& object) {
  if (object.bytes.size() > kMaxStatusBytes) {
    return absl::InvalidArgumentError("a Status of more than 64 KiB");
  }
  absl::StatusOr<ApiStatus> status = object.format == WireFormat::kProtobuf
                                         ? DecodeProtobufStatus(object.bytes)
                                         : DecodeJsonStatus(object.bytes);
  // Servers before 1.18 have no such cause.
  if (status.ok() && status->message.find(kTooLargeMessage) != std::string::npos) {
    status->resource_version_too_large = true;
  }
  return status;
}

ApiStatus ReadErrorResponse(unsigned http_status, std::string_view content_type,
                            std::string_view body) {
  absl::StatusOr<ApiStatus> decoded = DecodeErrorBody(WireFormatOf(content_type), body);
  ApiStatus status = decoded.ok() ? *std::move(decoded) : ApiStatus{};
  status.code = ClampToInt32(http_status);
  if (status.message.empty()) status.message = GoQuote(body.substr(0, kMaxForeignText));
  return status;
}

}  // namespace kubegauge::kube
