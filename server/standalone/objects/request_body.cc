#include "server/standalone/objects/request_body.h"

#include <fmt/format.h>

#include <utility>

#include "apiservice/status.h"
#include "server/standalone/objects/body_text.h"
#include "server/standalone/objects/protobuf_object.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

constexpr char kBodyTypes[] =
    "application/json, application/yaml, application/vnd.kubernetes.protobuf";

OrStatus<Json> ReadProtobuf(const SchemaStruct& structure, const std::string& body) {
  absl::StatusOr<Json> object = ReadProtobufObject(structure, body);
  if (object.ok()) return *std::move(object);
  const std::string why(object.status().message());
  if (!absl::IsUnimplemented(object.status())) return apiservice::BadRequest(why);
  return apiservice::Status{.message = why, .reason = "UnsupportedMediaType", .code = 415};
}

}  // namespace

std::string MediaTypeOf(const apiservice::Request& request) {
  const std::string type = request.headers.Joined("Content-Type");
  std::string media = type.substr(0, type.find(';'));
  media.erase(media.find_last_not_of(' ') + 1);
  return media;
}

OrStatus<Json> ReadBody(const apiservice::Request& request, const SchemaStruct& structure) {
  const std::string media = MediaTypeOf(request);
  if (request.body.empty()) return apiservice::BadRequest("EOF");
  if (media == "application/vnd.kubernetes.protobuf") {
    return ReadProtobuf(structure, request.body);
  }
  const bool is_yaml = media.ends_with("yaml");
  if (!is_yaml && !media.empty() && !media.ends_with("json")) {
    return UnsupportedPatchType(kBodyTypes);
  }
  absl::StatusOr<Json> body = is_yaml ? ParseYamlBody(request.body) : ParseJsonBody(request.body);
  if (body.ok()) return *std::move(body);
  return apiservice::BadRequest(
      fmt::format("couldn't read the body: {}", std::string(body.status().message())));
}

}  // namespace kubegauge::server
