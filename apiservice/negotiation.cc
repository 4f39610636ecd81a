#include "apiservice/negotiation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "apiservice/protobuf_writer.h"
#include "apiservice/request_info.h"

namespace kubegauge::apiservice {
namespace {

constexpr char kMediaTypes[] = "application/json, application/vnd.kubernetes.protobuf";
constexpr std::string_view kWatchMediaTypes =
    "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
constexpr std::string_view kWhitespace = " \t";

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kWhitespace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhitespace) - begin + 1);
}

// Takes what stands before the next `separator` off the front of `text`.
std::string_view TakeUntil(char separator, std::string_view& text) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), end + 1));
  return Trim(part);
}

// One clause of an Accept header.
struct Clause {
  std::string_view type;
  std::string_view subtype;
  std::string_view as;
  std::string_view group;
  std::string_view version;
  bool pretty = false;
  double q = 1.0;

  // Concrete types come before wildcards.
  int wildcards() const { return (type == "*") + (subtype == "*"); }
};

void ReadParameter(std::string_view parameter, Clause& clause) {
  const std::string_view key = TakeUntil('=', parameter);
  const std::string_view value = Trim(parameter);
  if (key == "as") clause.as = value;
  if (key == "g") clause.group = value;
  if (key == "v") clause.version = value;
  if (key == "pretty") clause.pretty = value == "1";
  if (key == "q") std::from_chars(value.data(), value.data() + value.size(), clause.q);
}

std::vector<Clause> ParseAccept(std::string_view accept) {
  std::vector<Clause> clauses;
  while (!accept.empty()) {
    std::string_view text = TakeUntil(',', accept);
    std::string_view media_type = TakeUntil(';', text);
    Clause clause;
    clause.type = TakeUntil('/', media_type);
    clause.subtype = Trim(media_type);
    if (clause.type == "*" && clause.subtype.empty()) clause.subtype = "*";
    while (!text.empty()) ReadParameter(TakeUntil(';', text), clause);
    if (!clause.type.empty()) clauses.push_back(clause);
  }
  std::stable_sort(clauses.begin(), clauses.end(), [](const Clause& a, const Clause& b) {
    return a.q != b.q ? a.q > b.q : a.wildcards() < b.wildcards();
  });
  return clauses;
}

constexpr std::string_view kProtobufSubtype = "vnd.kubernetes.protobuf";

std::optional<Encoding> MatchEncoding(const Clause& clause) {
  if (clause.type == "*") return Encoding::kJson;
  if (clause.type != "application") return std::nullopt;
  if (clause.subtype == "json" || clause.subtype == "*") return Encoding::kJson;
  if (clause.subtype == kProtobufSubtype) return Encoding::kProtobuf;
  return std::nullopt;
}

std::optional<Negotiated> Match(const Clause& clause) {
  const auto encoding = MatchEncoding(clause);
  if (!encoding) return std::nullopt;
  Negotiated negotiated{.encoding = *encoding, .pretty = clause.pretty};
  if (clause.as.empty()) return negotiated;
  const bool is_table = clause.as == "Table" && clause.group == "meta.k8s.io" &&
                        (clause.version == "v1" || clause.version == "v1beta1");
  if (!is_table || encoding != Encoding::kJson) return std::nullopt;
  negotiated.view = View::kTable;
  negotiated.table_version = clause.version == "v1" ? "v1" : "v1beta1";
  return negotiated;
}

// The router in front of the negotiation only knows whole types, and the wildcard for all of them
// (wire.md A.10): `application/*` alone is refused there.
bool PassesRouter(std::string_view accept) {
  if (Trim(accept).empty()) return true;
  while (!accept.empty()) {
    std::string_view clause = TakeUntil(',', accept);
    const std::string_view type = TakeUntil(';', clause);
    if (type == "*/*" || type == "application/json" || type == kProtobufMediaType) return true;
  }
  return false;
}

std::optional<bool> ParseGoBool(std::string_view text) {
  constexpr std::array kTrue = {"1", "t", "T", "TRUE", "true", "True"};
  if (text.empty()) return std::nullopt;
  return std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end();
}

std::optional<Negotiated> BestMatch(std::string_view accept) {
  const std::vector<Clause> clauses = ParseAccept(accept);
  if (clauses.empty()) return Negotiated();
  for (const Clause& clause : clauses) {
    if (const auto negotiated = Match(clause)) return negotiated;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Status> Negotiate(const Request& request, bool is_list, Negotiated& negotiated) {
  const std::string accept = request.headers.Joined("Accept");
  if (!PassesRouter(accept)) {
    return RouterNotAcceptable(is_list ? fmt::format("{}, {}", kMediaTypes, kWatchMediaTypes)
                                       : kMediaTypes);
  }
  const auto match = BestMatch(accept);
  if (!match) return NotAcceptable(kMediaTypes);
  negotiated = *match;
  negotiated.pretty = match->pretty || WantsPretty(request);
  return std::nullopt;
}

bool WantsPretty(const Request& request) {
  if (const auto asked = ParseGoBool(QueryValue(request.query, "pretty"))) return *asked;
  const std::string_view user_agent = request.headers.Find("User-Agent");
  return user_agent.starts_with("curl") || user_agent.starts_with("Wget") ||
         user_agent.starts_with("Mozilla/5.0");
}

Response ErrorResponse(const Status& status, const Request& request) {
  const auto match = BestMatch(request.headers.Joined("Accept"));
  if (match && match->encoding == Encoding::kProtobuf) {
    return {.status = static_cast<unsigned>(status.code),
            .headers = {{"Content-Type", std::string(kProtobufMediaType)}},
            .body = StatusProtobuf(status),
            .stream = nullptr};
  }
  return StatusResponse(status, WantsPretty(request));
}

}  // namespace kubegauge::apiservice
