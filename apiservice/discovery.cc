#include "apiservice/discovery.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "apiservice/digest.h"
#include "apiservice/metrics_handler.h"
#include "apiservice/negotiation.h"
#include "apiservice/protobuf_writer.h"
#include "apiservice/status.h"

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kApis = "/apis";
constexpr std::string_view kGroup = "/apis/metrics.k8s.io";

std::string_view WithoutTrailingSlashes(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

Response Answer(const DiscoveryDocument& document, Encoding encoding, bool pretty) {
  if (encoding != Encoding::kProtobuf) {
    return DocumentResponse(200, document.json, encoding, pretty);
  }
  return {.status = 200,
          .headers = {{"Content-Type", std::string(kProtobufMediaType)}},
          .body = document.protobuf,
          .stream = nullptr};
}

// The clause of an Accept header that asks for the aggregated form, wherever it stands.
std::optional<std::pair<AcceptClause, Encoding>> AggregatedClause(std::string_view accept) {
  return FirstAllowed(accept, [](const AcceptClause& clause, Encoding encoding) {
    return ParametersAllowed(clause, encoding, /*transformable=*/false) &&
           clause.TransformsTo("apidiscovery.k8s.io", "APIGroupDiscoveryList") &&
           (clause.version == "v2" || clause.version == "v2beta1");
  });
}

}  // namespace

DiscoveryHandler::DiscoveryHandler(const DiscoveryOptions& options) {
  documents_.emplace(kApis, GroupListDocument(options));
  documents_.emplace(kGroup, GroupDocument());
  for (const std::string_view version : kMetricsVersions) {
    documents_.emplace(fmt::format("{}/{}", kGroup, version),
                       ResourceListDocument(options, version));
  }
  for (const char* version : {"v2", "v2beta1"}) {
    aggregated_.emplace(version, AggregatedDocument(options, version));
  }
  etag_ = fmt::format("\"{}\"", Sha512Hex(aggregated_.find("v2")->second.json));
}

bool DiscoveryHandler::Serves(std::string_view path) {
  return path == kApis || path == "/apis/" || IsAtOrBelow(path, kGroup);
}

Response DiscoveryHandler::Handle(const AdmittedRequest& admitted) {
  const Request& request = admitted.request;
  const std::string_view path = WithoutTrailingSlashes(admitted.info.path);
  const auto document = documents_.find(path);
  if (document == documents_.end()) return ErrorResponse(NoSuchPath(), request);
  if (request.method != "GET") return ErrorResponse(MethodNotAllowed(), request);
  if (!RouterConsumes(request.headers.Find("Content-Type"))) {
    return ErrorResponse(UnsupportedMediaType(), request);
  }
  const std::string_view accept = request.headers.Find("Accept");
  if (path == kApis && RouterAccepts(accept)) {
    if (const auto match = AggregatedClause(accept)) {
      const auto& [clause, encoding] = *match;
      return Aggregated(clause.version, encoding, clause.pretty || WantsPretty(request), request);
    }
  }
  return Legacy(document->second, request);
}

Response DiscoveryHandler::Legacy(const DiscoveryDocument& document, const Request& request) const {
  Negotiated negotiated;
  if (const auto status = Negotiate(request, Endpoint::kDocument, negotiated)) {
    return ErrorResponse(*status, request);
  }
  return Answer(document, negotiated.encoding, negotiated.pretty);
}

Response DiscoveryHandler::Aggregated(std::string_view version, Encoding encoding, bool pretty,
                                      const Request& request) const {
  Response response{.status = 304, .headers = {}, .body = "", .stream = nullptr};
  if (request.headers.Find("If-None-Match") != etag_) {
    response = Answer(aggregated_.find(version)->second, encoding, pretty);
    response.headers = {
        {"Content-Type", fmt::format("{};g=apidiscovery.k8s.io;v={};as=APIGroupDiscoveryList",
                                     MediaType(encoding), version)}};
  }
  response.headers.insert(response.headers.end(),
                          {{"Etag", etag_}, {"Vary", "Accept"}, {"Cache-Control", "public"}});
  return response;
}

}  // namespace kubegauge::apiservice
