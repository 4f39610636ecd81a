#include "server/listener/request_checks.h"

#include <fmt/format.h>

#include <boost/beast/core/string.hpp>

#include "absl/strings/ascii.h"

namespace kubegauge::server {
using apiservice::Status;
using boost::beast::iequals;

namespace {

// `/path?query`, or nothing.
std::string_view OriginForm(std::string_view target) {
  if (target.starts_with('/') || target == "*") return target;
  for (std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size() || !iequals(target.substr(0, scheme.size()), scheme))
      continue;
    const size_t path = target.find_first_of("/?", scheme.size());
    return path == std::string_view::npos ? "/" : target.substr(path);
  }
  return {};
}

bool IsWellEscaped(std::string_view path) {
  for (size_t at = path.find('%'); at != path.npos; at = path.find('%', at + 3)) {
    if (at + 2 >= path.size() || !absl::ascii_isxdigit(path[at + 1]) ||
        !absl::ascii_isxdigit(path[at + 2])) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<Status> TakeTarget(std::string_view target, apiservice::Request& request) {
  const std::string_view origin = OriginForm(target);
  if (origin.empty()) {
    return apiservice::BadRequest("the request target is neither a path nor an http URL");
  }
  const size_t question_mark = origin.find('?');
  request.path.assign(origin, 0, question_mark);
  if (request.path.empty()) request.path.push_back('/');
  if (!IsWellEscaped(request.path)) {
    return apiservice::BadRequest("the path of the request has a broken escape");
  }
  if (question_mark != std::string_view::npos) request.query.assign(origin, question_mark + 1);
  return std::nullopt;
}

bool AsksToContinue(std::string_view expect) { return iequals(expect, "100-continue"); }

Status ExpectationFailed() { return RefusalOf(417, "", "the only Expect served is 100-continue"); }

Status HeaderTooLarge(const ListenerLimits& limits) {
  return RefusalOf(
      431, "",
      fmt::format("the request's header is too large: limits are {} bytes and {} fields",
                  limits.header_bytes, limits.header_fields));
}

Status FieldTooLarge(size_t limit) {
  return RefusalOf(431, "",
                   fmt::format("a field of the request's header takes more than {} bytes", limit));
}

Status BodyTooLarge(const ListenerLimits& limits) {
  return RefusalOf(413, "RequestEntityTooLarge",
                   fmt::format("Request entity too large: limit is {}", limits.body_bytes));
}

Status TooBusy() {
  return RefusalOf(503, "ServiceUnavailable",
                   "too many large requests are being received, please try again");
}

Status RefusalOf(int code, std::string reason, std::string message) {
  Status status = apiservice::BadRequest(std::move(message));
  status.reason = std::move(reason);
  status.code = code;
  return status;
}

}  // namespace kubegauge::server
