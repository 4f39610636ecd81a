#include "apiservice/negotiation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "apiservice/json_text.h"
#include "apiservice/protobuf_writer.h"
#include "apiservice/request_info.h"
#include "apiservice/yaml_text.h"

namespace kubegauge::apiservice {
namespace {

constexpr char kWatchMediaTypes[] =
    "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";

std::optional<View> TransformedView(const AcceptClause& clause, Encoding encoding) {
  if (!clause.transforms) return View::kObject;
  if (clause.group != "meta.k8s.io") return std::nullopt;
  if (clause.version != "v1" && clause.version != "v1beta1") return std::nullopt;
  if (clause.as == "Table" && encoding != Encoding::kProtobuf) return View::kTable;
  if (clause.as == "PartialObjectMetadata") return View::kMetadata;
  if (clause.as == "PartialObjectMetadataList") return View::kMetadataList;
  return std::nullopt;
}

// The answer to an Accept header, before `pretty` of the request is looked at.
std::optional<Negotiated> BestMatch(std::string_view accept, bool transformable) {
  // What most clients ask for.
  if (accept.empty() || accept == MediaType(Encoding::kJson)) return Negotiated();
  const auto match = FirstAllowed(accept, [&](const AcceptClause& clause, Encoding encoding) {
    if (!ParametersAllowed(clause, encoding, transformable)) return false;
    return transformable ? TransformedView(clause, encoding).has_value() : !clause.transforms;
  });
  if (!match) return std::nullopt;
  const auto& [clause, encoding] = *match;
  Negotiated negotiated{.encoding = encoding, .meta_version = "", .pretty = clause.pretty};
  negotiated.view = *TransformedView(clause, encoding);
  if (negotiated.view != View::kObject) {
    negotiated.meta_version = clause.version == "v1" ? "v1" : "v1beta1";
  }
  return negotiated;
}

Response ErrorBody(const Status& status, const Request& request) {
  const auto match = BestMatch(request.headers.Find("Accept"), /*transformable=*/false);
  if (!match) return StatusResponse(status, /*pretty=*/true);
  const bool pretty = match->pretty || WantsPretty(request);
  if (match->encoding == Encoding::kProtobuf) {
    return {.status = static_cast<unsigned>(status.code),
            .headers = {{"Content-Type", std::string(kProtobufMediaType)}},
            .body = StatusProtobuf(status),
            .stream = nullptr};
  }
  if (match->encoding == Encoding::kJson) return StatusResponse(status, pretty);
  return DocumentResponse(static_cast<unsigned>(status.code), StatusJson(status), Encoding::kYaml,
                          pretty);
}

std::optional<bool> ParseGoBool(std::string_view text) {
  constexpr std::array kTrue = {"1", "t", "T", "TRUE", "true", "True"};
  if (text.empty()) return std::nullopt;
  return std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end();
}

}  // namespace

std::optional<Status> Negotiate(const Request& request, Endpoint endpoint, Negotiated& negotiated) {
  const std::string_view accept = request.headers.Find("Accept");
  if (!RouterAccepts(accept)) {
    return RouterNotAcceptable(endpoint == Endpoint::kList
                                   ? fmt::format("{}, {}", kMediaTypes, kWatchMediaTypes)
                                   : kMediaTypes);
  }
  const auto match = BestMatch(accept, endpoint != Endpoint::kDocument);
  if (!match) return NoneAcceptable(kMediaTypes);
  negotiated = *match;
  negotiated.pretty = match->pretty || WantsPretty(request);
  return std::nullopt;
}

Status NotWatchable() { return NoneAcceptable(kWatchMediaTypes); }

bool WantsPretty(const Request& request) {
  if (const auto asked = ParseGoBool(QueryValue(request.query, "pretty"))) return *asked;
  const std::string_view user_agent = request.headers.Find("User-Agent");
  return user_agent.starts_with("curl") || user_agent.starts_with("Wget") ||
         user_agent.starts_with("Mozilla/5.0");
}

Response DocumentResponse(unsigned status, std::string_view json, Encoding encoding, bool pretty) {
  Response response{.status = status,
                    .headers = {{"Content-Type", std::string(MediaType(encoding))}},
                    .body = "",
                    .stream = nullptr};
  if (encoding == Encoding::kYaml) {
    response.body = YamlOfJson(json);
  } else if (pretty) {
    response.body = IndentJson(json);
  } else {
    response.body.append(json).push_back('\n');
  }
  return response;
}

Response ErrorResponse(const Status& status, const Request& request) {
  Response response = ErrorBody(status, request);
  if (const int seconds = status.details.retry_after_seconds; seconds > 0) {
    response.headers.emplace_back("Retry-After", fmt::format("{}", seconds));
  }
  return response;
}

}  // namespace kubegauge::apiservice
