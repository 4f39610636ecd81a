#include "server/standalone/objects/request_body.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <utility>
#include <vector>

#include "apiservice/accept.h"
#include "apiservice/status.h"
#include "autoscaler/written_json.h"
#include "kube/group_version.h"
#include "server/documents/json_document.h"
#include "server/documents/yaml_document.h"
#include "server/standalone/objects/protobuf_object.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

using apiservice::BadRequest;

constexpr char kJsonFault[] = "couldn't get version/kind; json parse error: ";
constexpr char kTypeStruct[] =
    R"(struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string )"
    R"("json:\"kind,omitempty\"" })";
constexpr char kAnyObject[] = "map[string]interface {}";

OrStatus<RequestBody> ReadProtobuf(const SchemaStruct& structure, const std::string& body) {
  absl::StatusOr<Json> object = ReadProtobufObject(structure, body);
  if (object.ok()) return RequestBody{.json = *std::move(object)};
  const std::string why(object.status().message());
  if (!absl::IsUnimplemented(object.status())) return BadRequest(why);
  return apiservice::Status{.message = why, .reason = "UnsupportedMediaType", .code = 415};
}

// So much of a body that one recognizes it.
std::string Summary(std::string_view body) {
  constexpr size_t kShown = 30;
  if (body.empty()) return "<empty>";
  const char* const more = body.size() > kShown ? " ..." : "";
  const std::string begin(body.substr(0, kShown));
  if (begin.front() == '{') return begin + more;
  const std::vector<unsigned char> bytes(begin.begin(), begin.end());
  return fmt::format("{:02x}{}", fmt::join(bytes, ""), more);
}

apiservice::Status Unrecognized(const SchemaStruct& structure, std::string_view body,
                                std::string_view why) {
  return BadRequest(fmt::format("the object provided is unrecognized (must be of type {}): {} ({})",
                                structure.name, why, Summary(body)));
}

std::string NotOfType(const Json& json, std::string_view into) {
  const std::string_view what = json.is_string()             ? "string"
                                : json.is_boolean()          ? "bool"
                                : autoscaler::IsNumber(json) ? "number"
                                : json.is_array()            ? "array"
                                                             : "object";
  return fmt::format("json: cannot unmarshal {} into Go {}", what, into);
}

// Why nobody can tell of what kind and version an object is; empty if one can.
std::string TypeFault(const Json& object) {
  if (!object.is_object()) {
    return kJsonFault + NotOfType(object, fmt::format("value of type {}", kTypeStruct));
  }
  for (const char* member : {"apiVersion", "kind"}) {
    const auto value = object.find(member);
    if (value == object.end() || value->is_null() || value->is_string()) continue;
    return kJsonFault + NotOfType(*value, fmt::format("struct field .{} of type string", member));
  }
  const auto version = object.find("apiVersion");
  if (version == object.end() || !version->is_string()) return "";
  return std::string(kube::ParseGroupVersion(version->get<std::string>()).status().message());
}

// The first document of a YAML text; null where there is none.
absl::StatusOr<RequestBody> ReadYaml(std::string_view text) {
  absl::StatusOr<std::vector<YamlDocument>> documents = ParseYamlDocuments(text);
  if (!documents.ok()) return documents.status();
  if (documents->empty()) return RequestBody{};
  YamlDocument& first = documents->front();
  return RequestBody{.json = std::move(first.json), .repeats = std::move(first.repeats)};
}

absl::StatusOr<RequestBody> ReadJson(std::string_view text, Repeats repeats) {
  absl::StatusOr<Json> json = ParseJsonDocument(text, repeats);
  if (!json.ok()) return json.status();
  return RequestBody{.json = *std::move(json)};
}

}  // namespace

std::string MediaTypeOf(const apiservice::Request& request) {
  const std::string type = request.headers.Joined("Content-Type");
  std::string media = type.substr(0, type.find(';'));
  media.erase(media.find_last_not_of(' ') + 1);
  return media;
}

OrStatus<RequestBody> ReadBody(const apiservice::Request& request, const SchemaStruct& structure) {
  const std::string media = MediaTypeOf(request);
  const std::string& body = request.body;
  if (media == "application/vnd.kubernetes.protobuf") return ReadProtobuf(structure, body);
  const bool is_yaml = media == "application/yaml";
  if (!is_yaml && !media.empty() && media != "application/json") {
    return UnsupportedBodyType(apiservice::kMediaTypes);
  }
  absl::StatusOr<RequestBody> read = is_yaml ? ReadYaml(body) : ReadJson(body, Repeats::kKept);
  if (!read.ok()) {
    return Unrecognized(structure, body,
                        (is_yaml ? "yaml: " : kJsonFault) + std::string(read.status().message()));
  }
  if (read->json.is_null()) return RequestBody{.json = Json::object()};
  if (const std::string fault = TypeFault(read->json); !fault.empty()) {
    return Unrecognized(structure, body, fault);
  }
  return *std::move(read);
}

OrStatus<Json> ReadPatch(const apiservice::Request& request, PatchKind kind) {
  const bool is_apply = kind == PatchKind::kApply;
  const char* const what = kind == PatchKind::kStrategic ? ""
                           : is_apply                    ? "error decoding YAML: error "
                                                         : "error decoding patch: ";
  absl::StatusOr<RequestBody> read =
      is_apply ? ReadYaml(request.body) : ReadJson(request.body, Repeats::kLastWins);
  if (!read.ok()) {
    return BadRequest(fmt::format("{}{}{}", what, is_apply ? "converting YAML to JSON: yaml: " : "",
                                  std::string(read.status().message())));
  }
  // The others are merged as texts.
  const bool reads_numbers = is_apply || kind == PatchKind::kStrategic;
  Json patch =
      reads_numbers ? autoscaler::WithPlainNumbers(std::move(read->json)) : std::move(read->json);
  if (kind == PatchKind::kJson) {
    if (patch.is_null()) return Json::array();
    if (patch.is_array()) return patch;
    return BadRequest(what + NotOfType(patch, "value of type []handlers.jsonPatchOp"));
  }
  if (patch.is_object()) return patch;
  if (patch.is_null() && kind == PatchKind::kStrategic) return Json::object();
  if (patch.is_null() && kind == PatchKind::kMerge) return BadRequest("Invalid JSON Patch");
  return BadRequest(fmt::format("{}{}{}", what,
                                is_apply ? "unmarshaling JSON: while decoding JSON: " : "",
                                NotOfType(patch, fmt::format("value of type {}", kAnyObject))));
}

}  // namespace kubegauge::server
