#include "apiservice/openapi.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "apiservice/accept.h"
#include "apiservice/body_response.h"
#include "apiservice/digest.h"
#include "apiservice/gzip_body.h"
#include "apiservice/http_date.h"
#include "apiservice/openapi_protobuf.h"
#include "apiservice/openapi_v2.h"
#include "apiservice/openapi_v3.h"

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kV2Path = "/openapi/v2";
constexpr std::string_view kV3Path = "/openapi/v3";
constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kYearSeconds = 365 * 24 * 3600;
constexpr size_t kMinGzipBytes = 1400;

enum class Format { kJson, kProtobuf };

// The media type of a document's protobuf form; with '@' in the place of the version's first dot
// it is an older name.
std::string ProtobufType(std::string_view spec, char separator = '.') {
  return fmt::format("application/com.github.proto-openapi.spec.{}{}v1.0+protobuf", spec,
                     separator);
}

std::optional<Format> ChooseFormat(const Request& request, std::string_view spec) {
  const std::string accept = request.headers.Joined("Accept");
  if (accept.empty()) return Format::kJson;
  for (const AcceptClause& clause : ParseAccept(accept)) {
    if (clause.Covers("application/json")) return Format::kJson;
    if (clause.Covers(ProtobufType(spec)) || clause.Covers(ProtobufType(spec, '@'))) {
      return Format::kProtobuf;
    }
  }
  return std::nullopt;
}

Response NotAcceptableAtAll() {
  return {.status = 406, .headers = {{"Vary", "Accept"}}, .body = "", .stream = nullptr};
}

// Whether If-None-Match names `etag`, which is quoted.
bool NamesEtag(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    std::string_view member = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), member.size() + 1));
    while (member.starts_with(' ')) member.remove_prefix(1);
    while (member.ends_with(' ')) member.remove_suffix(1);
    if (member.starts_with("W/")) member.remove_prefix(2);
    if (member == "*" || member == etag) return true;
  }
  return false;
}

std::string DocumentUrl(std::string_view name, std::string_view hash) {
  return fmt::format("{}/{}?hash={}", kV3Path, name, hash);
}

}  // namespace

OpenApiHandler::OpenApiHandler(std::string_view version, const kube::Clock& clock)
    : OpenApiHandler(clock, OpenApiV2(version)) {}

OpenApiHandler::OpenApiHandler(const kube::Clock& clock, const nlohmann::json& v2)
    : clock_(clock), made_at_seconds_(clock.WallNs() / kSecondNs) {
  v2_ = {.json = v2.dump(), .protobuf = OpenApiV2Protobuf(v2), .hash = Sha512Hex(v2.dump())};
  nlohmann::json index;
  for (const auto& [name, document] : OpenApiV3(v2)) {
    const std::string json = document.dump();
    const std::string hash = Sha512Hex(json);
    index["paths"][name]["serverRelativeURL"] = DocumentUrl(name, hash);
    v3_.emplace(name, Document{json, OpenApiV3Protobuf(document), hash});
  }
  v3_index_ = {.json = index.dump(), .protobuf = "", .hash = Sha512Hex(index.dump())};
}

bool OpenApiHandler::Serves(std::string_view path) {
  return path == kV2Path || path == kV3Path || path.starts_with("/openapi/v3/");
}

Response OpenApiHandler::Handle(const AdmittedRequest& admitted) {
  const std::string_view path = admitted.info.path;
  if (path == kV2Path) return V2(admitted.request);
  if (path == kV3Path) return V3Index(admitted.request);
  return V3Document(path.substr(kV3Path.size() + 1), admitted.request);
}

Response OpenApiHandler::Content(const Request& request, std::string_view content_type,
                                 std::string_view hash, const std::string& body) const {
  const std::string etag = fmt::format("\"{}\"", hash);
  Response response{.headers = {{"Etag", etag}}, .body = "", .stream = nullptr};
  const std::string known = request.headers.Joined("If-None-Match");
  const auto since = ParseHttpDate(std::string(request.headers.Find("If-Modified-Since")));
  if (known.empty() ? since && *since >= made_at_seconds_ : NamesEtag(known, etag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", content_type);
  response.headers.emplace_back("Last-Modified", FormatHttpDate(made_at_seconds_));
  response.body = body;
  return response;
}

Response OpenApiHandler::V2(const Request& request) const {
  const auto format = ChooseFormat(request, "v2");
  if (!format) return NotAcceptableAtAll();
  const bool is_json = *format == Format::kJson;
  Response response = Content(request, is_json ? "application/json" : ProtobufType("v2"), v2_.hash,
                              is_json ? v2_.json : v2_.protobuf);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.headers.emplace_back("Vary", "Accept");
  if (response.body.size() >= kMinGzipBytes && AcceptsGzip(request.headers)) {
    response.body = GzipText(response.body);
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  return response;
}

Response OpenApiHandler::V3Index(const Request& request) const {
  return Content(request, "application/json", v3_index_.hash, v3_index_.json);
}

Response OpenApiHandler::V3Document(std::string_view name, const Request& request) const {
  const auto format = ChooseFormat(request, "v3");
  if (!format) return NotAcceptableAtAll();
  const auto found = v3_.find(name);
  if (found == v3_.end()) return {.headers = {{"Vary", "Accept"}}, .body = "", .stream = nullptr};
  const Document& document = found->second;
  const std::string asked_hash = QueryValue(request.query, "hash");
  if (!asked_hash.empty() && asked_hash != document.hash) {
    return {.status = 301,
            .headers = {{"Location", DocumentUrl(name, document.hash)}, {"Vary", "Accept"}},
            .body = "",
            .stream = nullptr};
  }
  const bool is_json = *format == Format::kJson;
  Response response = Content(request, is_json ? "application/json" : ProtobufType("v3"),
                              document.hash, is_json ? document.json : document.protobuf);
  response.headers.emplace_back("Vary", "Accept");
  if (!asked_hash.empty()) {
    response.headers.emplace_back("Cache-Control", "public, immutable");
    response.headers.emplace_back("Expires",
                                  FormatHttpDate(clock_.WallNs() / kSecondNs + kYearSeconds));
  }
  return response;
}

}  // namespace kubegauge::apiservice
