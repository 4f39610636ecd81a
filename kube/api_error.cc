#include "kube/api_error.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "kube/api_status.h"
#include "kube/ascii_text.h"
#include "kube/encoded_object.h"
#include "kube/go_quote.h"
#include "kube/protobuf_envelope.h"

namespace kubegauge::kube {
namespace {

constexpr size_t kMaxForeignText = 2048;  // of a body that is no Status, as client-go

std::string_view MediaTypeOf(const ApiResponse& response) {
  const std::string_view content_type = response.head.Find("content-type");
  return TrimAsciiSpace(content_type.substr(0, content_type.find(';')));
}

std::string_view ServerText(const ApiResponse& response) {
  const std::string_view media_type = MediaTypeOf(response);
  if (!media_type.empty() && !media_type.starts_with("text/")) return "unknown";
  return TrimAsciiSpace(std::string_view(response.body).substr(0, kMaxForeignText));
}

// client-go's words where the answer has none of its own that count.
std::string_view FixedMessage(unsigned code) {
  static constexpr std::pair<unsigned, std::string_view> kMessages[] = {
      {400, "the server rejected our request for an unknown reason"},
      {401, "the server has asked for the client to provide credentials"},
      {404, "the server could not find the requested resource"},
      {405, "the server does not allow this method on the requested resource"},
      {409, "the server reported a conflict"},
      {422, "the server rejected our request due to an error in our request"},
      {429, "the server has received too many requests and has asked us to try again later"},
      {503, "the server is currently unable to handle the request"},
      {504,
       "the server was unable to return a response in the time allotted, but may still be "
       "processing the request"},
  };
  for (const auto& [known_code, message] : kMessages) {
    if (known_code == code) return message;
  }
  return {};
}

std::string GenericMessage(unsigned code, std::string_view server_text) {
  if (const std::string_view fixed = FixedMessage(code); !fixed.empty()) return std::string(fixed);
  if (code == 403 || code == 415) return std::string(server_text);
  if (code == 406) {
    if (!server_text.empty() && server_text != "unknown") return std::string(server_text);
    return "the server was unable to respond with a content type that the client supports";
  }
  if (code >= 500) {
    return fmt::format("an error on the server ({}) has prevented the request from succeeding",
                       GoQuote(server_text));
  }
  return fmt::format(
      "the server responded with the status code {} but did not return more information", code);
}

std::string GenericError(const ApiResponse& response, const RequestedResource& requested) {
  const std::string message = GenericMessage(response.head.status, ServerText(response));
  if (requested.resource.empty()) return message;
  return fmt::format("{} ({} {}{}{}{}{})", message, AsciiLower(requested.method),
                     requested.resource, requested.group.empty() ? "" : ".", requested.group,
                     requested.name.empty() ? "" : " ", requested.name);
}

// Error where the body is none.
absl::StatusOr<ApiStatus> StatusIn(const ApiResponse& response) {
  const std::string_view media_type = MediaTypeOf(response);
  if (WireFormatOf(media_type) == WireFormat::kProtobuf) {
    const absl::StatusOr<ProtobufEnvelope> envelope = OpenProtobufEnvelope(response.body);
    if (!envelope.ok()) return envelope.status();
    return DecodeApiStatus({WireFormat::kProtobuf, envelope->raw});
  }
  if (media_type != "application/json") return absl::InvalidArgumentError("not of an API server");
  return DecodeApiStatus({WireFormat::kJson, response.body});
}

absl::StatusCode CodeOf(unsigned http_status, std::string_view reason) {
  switch (http_status) {
    case 400:
    case 422:
      return absl::StatusCode::kInvalidArgument;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 409:
      return reason == "AlreadyExists" ? absl::StatusCode::kAlreadyExists
                                       : absl::StatusCode::kAborted;
    case 410:
      return absl::StatusCode::kOutOfRange;
    case 429:
      return absl::StatusCode::kUnavailable;
    default:
      return http_status >= 500 ? absl::StatusCode::kUnavailable
                                : absl::StatusCode::kFailedPrecondition;
  }
}

}  // namespace

bool IsSuccess(const ApiResponse& response) {
  return response.head.status >= 200 && response.head.status <= 206;
}

absl::Status ApiErrorOf(const ApiResponse& response, const RequestedResource& requested) {
  const unsigned code = response.head.status;
  const absl::StatusOr<ApiStatus> status = StatusIn(response);
  if (status.ok() && !status->message.empty()) {
    return absl::Status(CodeOf(code, status->reason), status->message);
  }
  return absl::Status(CodeOf(code, ""), GenericError(response, requested));
}

}  // namespace kubegauge::kube
