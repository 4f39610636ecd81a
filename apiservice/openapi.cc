#include "apiservice/openapi.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "apiservice/accept.h"
#include "apiservice/digest.h"
#include "apiservice/gzip_body.h"
#include "apiservice/http_content.h"
#include "apiservice/http_date.h"
#include "apiservice/openapi_document.h"
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

// The media type of a document's protobuf form; with '@' in the place of the version's first dot
// it is an older name.
std::string ProtobufType(std::string_view spec, char separator = '.') {
  return fmt::format("application/com.github.proto-openapi.spec.{}{}v1.0+protobuf", spec,
                     separator);
}

using Format = OpenApiHandler::Format;

std::optional<Format> ChooseFormat(const Request& request, std::string_view spec) {
  const std::string_view accept = request.headers.Find("Accept");
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
  return {.status = 406, .headers = {}, .body = "", .stream = nullptr};
}

// What upstream answers where it finds no document, or nothing that Accept names.
Response Nothing() { return {.headers = {}, .body = "", .stream = nullptr}; }

std::string DocumentUrl(std::string_view name, std::string_view hash) {
  return fmt::format("{}/{}?hash={}", kV3Path, name, hash);
}

}  // namespace

OpenApiHandler::OpenApiHandler(std::string_view version, const kube::Clock& clock)
    : OpenApiHandler(clock, OpenApiDocument(version)) {}

OpenApiHandler::OpenApiHandler(const kube::Clock& clock, const nlohmann::json& document)
    : clock_(clock), made_at_seconds_(clock.WallNs() / kSecondNs) {
  const nlohmann::json v2 = OpenApiV2(document);
  v2_ = MakeDocument(v2.dump(), OpenApiV2Protobuf(v2));
  nlohmann::json index;
  for (const auto& [name, v3] : OpenApiV3(document)) {
    const Document& made =
        v3_.emplace(name, MakeDocument(v3.dump(), OpenApiV3Protobuf(v3))).first->second;
    index["paths"][name]["serverRelativeURL"] = DocumentUrl(name, made.hash);
  }
  v3_index_ = MakeDocument(index.dump(), "");
}

OpenApiHandler::Document OpenApiHandler::MakeDocument(std::string json, std::string protobuf) {
  const std::string hash = Sha512Hex(json);
  return {.json = std::move(json),
          .protobuf = std::move(protobuf),
          .hash = hash,
          .etag = fmt::format("\"{}\"", hash)};
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

Response OpenApiHandler::Serve(const Request& request, std::string_view media_type,
                               const Document& document, const std::string& body) const {
  return ServeContent(request, {.media_type = media_type,
                                .etag = document.etag,
                                .modified_at_seconds = made_at_seconds_,
                                .body = body});
}

Response OpenApiHandler::V2(const Request& request) const {
  const auto format = ChooseFormat(request, "v2");
  const bool is_json = format == Format::kJson;
  Response response = format ? Serve(request, is_json ? "application/json" : ProtobufType("v2"),
                                     v2_, is_json ? v2_.json : v2_.protobuf)
                             : NotAcceptableAtAll();
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.headers.emplace_back("Vary", "Accept");
  const bool is_whole = response.status == 200 && response.body.size() >= kMinGzipBytes;
  if (is_whole && PrefersGzip(request.headers)) {
    response.body = GzipText(response.body);
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  return response;
}

Response OpenApiHandler::V3Index(const Request& request) const {
  return Serve(request, "application/json", v3_index_, v3_index_.json);
}

Response OpenApiHandler::V3Document(std::string_view name, const Request& request) const {
  const auto format = ChooseFormat(request, "v3");
  const auto found = v3_.find(name);
  if (format && found == v3_.end()) return Nothing();
  Response response = format ? V3Document(found->first, found->second, *format, request)
                      : ParseAccept(request.headers.Find("Accept")).empty() ? Nothing()
                                                                            : NotAcceptableAtAll();
  response.headers.emplace_back("Vary", "Accept");
  return response;
}

Response OpenApiHandler::V3Document(const std::string& name, const Document& document,
                                    Format format, const Request& request) const {
  const bool is_json = format == Format::kJson;
  const std::string media_type = is_json ? "application/json" : ProtobufType("v3");
  const std::string asked_hash = QueryValue(request.query, "hash");
  if (!asked_hash.empty() && asked_hash != document.hash) {
    return {.status = 301,
            .headers = {{"Location", DocumentUrl(name, document.hash)},
                        {"Etag", document.etag},
                        {"Content-Type", media_type}},
            .body = "",
            .stream = nullptr};
  }
  Response response =
      Serve(request, media_type, document, is_json ? document.json : document.protobuf);
  if (!asked_hash.empty()) {
    response.headers.emplace_back("Cache-Control", "public, immutable");
    response.headers.emplace_back("Expires",
                                  FormatHttpDate(clock_.WallNs() / kSecondNs + kYearSeconds));
  }
  return response;
}

}  // namespace kubegauge::apiservice
