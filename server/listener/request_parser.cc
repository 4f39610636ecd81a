#include "server/listener/request_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

#include "server/listener/request_checks.h"

namespace kubegauge::server {
namespace http = boost::beast::http;
using apiservice::Status;
using boost::beast::iequals;

namespace {

constexpr size_t kTrustedBodyBytes = 64 * 1024;  // what a Content-Length alone may reserve

}  // namespace

RequestParser::RequestParser(const ListenerLimits& limits) : limits_(limits) {
  header_limit(static_cast<uint32_t>(
      std::min<size_t>(limits.header_bytes, std::numeric_limits<uint32_t>::max())));
  body_limit(limits.body_bytes);
}

Status RequestParser::Refusal(const ErrorCode& error) const {
  if (refusal_.has_value()) return *refusal_;
  if (error == http::error::header_limit) return HeaderTooLarge(limits_);
  if (error == http::error::body_limit) return BodyTooLarge(limits_);
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
  request_.method.assign(method.data(), method.size());
  std::optional<Status> refusal = TakeTarget({target.data(), target.size()}, request_);
  if (refusal.has_value()) Refuse(*std::move(refusal), error);
}

void RequestParser::on_field_impl(http::field field, StringView name, StringView value,
                                  ErrorCode& error) {
  if (++fields_ > limits_.header_fields) return Refuse(HeaderTooLarge(limits_), error);
  if (header_done_) return;  // of a trailer, which nobody here asks for
  CheckField(field, value, error);
  if (error) return;
  request_.headers.Add(name, value);
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
        Refuse(RefusalOf(501, "", "the only Transfer-Encoding served is chunked"), error);
      }
      break;
    case http::field::expect:
      if (AsksToContinue({value.data(), value.size()})) {
        expects_continue_ = version_ == 11;
      } else {
        Refuse(ExpectationFailed(), error);
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
