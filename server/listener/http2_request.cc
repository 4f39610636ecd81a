#include "server/listener/http2_request.h"

#include <charconv>
#include <string>
#include <utility>

#include "server/listener/hpack_cutter.h"
#include "server/listener/request_checks.h"

namespace kubegauge::server {
namespace {

constexpr size_t kFieldOverhead = 32;  // RFC 9113, 6.5.2

std::string_view WithoutSpaceAround(std::string_view value) {
  constexpr std::string_view kSpace = " \t";
  const size_t begin = value.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return value.substr(begin, value.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

void Http2Request::AddField(std::string_view name, std::string_view value) {
  // An answer to HEAD has no body, a refusal no more than another.
  if (name == ":method") is_head_ = value == "HEAD";
  if (!CountField(name, value) || refusal_.has_value()) return;
  if (name.starts_with(':')) {
    AddPseudoField(name, value);
  } else {
    AddNamedField(name, value);
  }
}

void Http2Request::AddTrailerField(std::string_view name, std::string_view value) {
  CountField(name, value);
}

bool Http2Request::CountField(std::string_view name, std::string_view value) {
  list_bytes_ += name.size() + value.size() + kFieldOverhead;
  if (++fields_ <= limits_.header_fields && list_bytes_ <= MaxListBytes(limits_)) return true;
  if (!refusal_.has_value()) Refuse(HeaderTooLarge(limits_));
  return false;
}

void Http2Request::RefuseField() {
  if (!refusal_.has_value()) Refuse(FieldTooLarge(HpackCutter::kMaxStringBytes));
}

void Http2Request::AddPseudoField(std::string_view name, std::string_view value) {
  if (name == ":method") {
    request_.method.assign(value);
  } else if (name == ":path") {
    header_bytes_ += value.size();
    std::optional<apiservice::Status> refusal = TakeTarget(value, request_);
    if (refusal.has_value()) Refuse(*std::move(refusal));
  } else if (name == ":authority") {
    Hold("Host", value);
    has_host_ = true;
  }
}

void Http2Request::AddNamedField(std::string_view name, std::string_view value) {
  value = WithoutSpaceAround(value);
  if (name == "host" && has_host_) return;  // :authority stands for it (RFC 9113, 8.3.1)
  if (name == "expect") {
    if (!AsksToContinue(value)) return Refuse(ExpectationFailed());
    expects_continue_ = true;
  } else if (name == "content-length") {
    std::from_chars(value.data(), value.data() + value.size(), declared_body_bytes_);
  }
  Hold(name, value);
}

void Http2Request::Hold(std::string_view name, std::string_view value) {
  header_bytes_ += name.size() + value.size() + sizeof(std::pair<std::string, std::string>);
  request_.headers.Add(name, value);
}

void Http2Request::EndHeader() {
  if (refusal_.has_value()) return;
  if (declared_body_bytes_ > limits_.body_bytes) return Refuse(BodyTooLarge(limits_));
  // Of CONNECT, which has no path.
  if (request_.path.empty()) {
    if (auto refusal = TakeTarget("", request_)) Refuse(*std::move(refusal));
  }
}

void Http2Request::AddBody(std::string_view part) {
  if (refusal_.has_value()) return;
  if (part.size() > limits_.body_bytes - request_.body.size()) return Refuse(BodyTooLarge(limits_));
  request_.body.append(part);
}

void Http2Request::Refuse(apiservice::Status refusal) {
  refusal_ = std::move(refusal);
  request_ = {};
  header_bytes_ = 0;
}

}  // namespace kubegauge::server
