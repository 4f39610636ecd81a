#include "server/request_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

namespace kubegauge::server {
namespace http = boost::beast::http;
using apiservice::Status;
using boost::beast::iequals;

namespace {

constexpr size_t kTrustedBodyBytes = 64 * 1024;  // what a Content-Length alone may reserve

Status WithCode(int code, std::string reason, std::string message) {
  Status status = apiservice::BadRequest(std::move(message));
  status.reason = std::move(reason);
  status.code = code;
  return status;
}

// `/path?query` of an origin-form, an absolute-form or an asterisk-form target (RFC 9112, 3.2).
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

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool IsWellEscaped(std::string_view path) {
  for (size_t at = path.find('%'); at != path.npos; at = path.find('%', at + 3)) {
    if (at + 2 >= path.size() || !IsHexDigit(path[at + 1]) || !IsHexDigit(path[at + 2])) {
      return false;
    }
  }
  return true;
}

}  // namespace

RequestParser::RequestParser(const ListenerLimits& limits) : limits_(limits) {
  header_limit(static_cast<uint32_t>(
      std::min<size_t>(limits.header_bytes, std::numeric_limits<uint32_t>::max())));
  body_limit(limits.body_bytes);
}

Status RequestParser::HeaderTooLarge() const {
  return WithCode(
      431, "",
      fmt::format("the request's header is too large: limits are {} bytes and {} fields",
                  limits_.header_bytes, limits_.header_fields));
}

Status RequestParser::Refusal(const ErrorCode& error) const {
  if (refusal_.has_value()) return *refusal_;
  if (error == http::error::header_limit) return HeaderTooLarge();
  if (error == http::error::body_limit) {
    return WithCode(413, "RequestEntityTooLarge",
                    fmt::format("Request entity too large: limit is {}", limits_.body_bytes));
  }
  return apiservice::BadRequest(
      fmt::format("the request is not valid HTTP/1.1: {}", error.message()));
}

void RequestParser::Refuse(Status refusal, ErrorCode& error) {
  refusal_ = std::move(refusal);
  error = http::error::bad_value;
}

void RequestParser::on_request_impl(http::verb, StringView method, StringView target, int version,
                                    ErrorCode& error) {
  version_ = version;
  const std::string_view origin = OriginForm(std::string_view(target));
  if (origin.empty()) {
    return Refuse(apiservice::BadRequest("the request target is neither a path nor an http URL"),
                  error);
  }
  request_.method.assign(method.data(), method.size());
  const size_t question_mark = origin.find('?');
  request_.path.assign(origin, 0, question_mark);
  if (request_.path.empty()) request_.path.push_back('/');
  if (!IsWellEscaped(request_.path)) {
    return Refuse(apiservice::BadRequest("the path of the request has a broken escape"), error);
  }
  if (question_mark != std::string_view::npos) request_.query.assign(origin, question_mark + 1);
}

void RequestParser::on_field_impl(http::field field, StringView name, StringView value,
                                  ErrorCode& error) {
  if (++fields_ > limits_.header_fields) return Refuse(HeaderTooLarge(), error);
  if (header_done_) return;  // of a trailer, which nobody here asks for
  CheckField(field, value, error);
  if (error) return;
  request_.headers.Add({name.data(), name.size()}, {value.data(), value.size()});
}

void RequestParser::CheckField(http::field field, StringView value, ErrorCode& error) {
  switch (field) {
    case http::field::host:
      ++hosts_;
      break;
    case http::field::transfer_encoding:
      if (version_ != 11) {
        Refuse(apiservice::BadRequest("Transfer-Encoding needs HTTP/1.1"), error);
      } else if (!iequals(value, "chunked")) {
        Refuse(WithCode(501, "", "the only Transfer-Encoding served is chunked"), error);
      }
      break;
    case http::field::expect:
      if (iequals(value, "100-continue")) {
        expects_continue_ = version_ == 11;
      } else {
        Refuse(WithCode(417, "", "the only Expect served is 100-continue"), error);
      }
      break;
    default:
      break;
  }
}

void RequestParser::on_header_impl(ErrorCode& error) {
  header_done_ = true;
  if (hosts_ > 1 || (hosts_ == 0 && is_http_1_1())) {
    Refuse(apiservice::BadRequest(hosts_ == 0 ? "missing required Host header"
                                              : "too many Host headers"),
           error);
  }
}

void RequestParser::on_body_init_impl(const boost::optional<uint64_t>& length, ErrorCode&) {
  if (length) request_.body.reserve(std::min<size_t>(*length, kTrustedBodyBytes));
}

size_t RequestParser::on_body_impl(StringView body, ErrorCode&) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

size_t RequestParser::on_chunk_body_impl(uint64_t, StringView body, ErrorCode& error) {
  return on_body_impl(body, error);
}

}  // namespace kubegauge::server
