#include "server/listener/http2_head.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <charconv>

#include "server/listener/response_head.h"

namespace kubegauge::server {
namespace {

bool IsOfConnection(std::string_view name) {
  static constexpr std::string_view kNames[] = {"Connection",        "Content-Length",
                                                "Keep-Alive",        "Proxy-Connection",
                                                "Transfer-Encoding", "Upgrade"};
  return std::ranges::any_of(
      kNames, [&](std::string_view one) { return boost::beast::iequals(one, name); });
}

// One byte at a time is looked for many at once, one of two is not.
bool HasLineBreak(std::string_view value) {
  return value.find('\r') != std::string_view::npos || value.find('\n') != std::string_view::npos;
}

uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));  // nghttp2 only reads them
}

}  // namespace

Http2Head::Http2Head(const apiservice::Response& response, std::string_view date) {
  const unsigned status = response.status < 100 || response.status > 999 ? 500 : response.status;
  std::to_chars(status_.begin(), status_.end(), status);
  Add(":status", {status_.data(), status_.size()});
  Add("date", date);
  for (const auto& [name, value] : response.headers) {
    if (!IsOfConnection(name)) Add(name, value);
  }
  const bool is_streamed = response.stream != nullptr || response.events != nullptr;
  if (!is_streamed && MayHaveBody(status)) {
    const auto end = std::to_chars(length_.begin(), length_.end(), response.body.size()).ptr;
    Add("content-length", {length_.data(), end});
  }
}

void Http2Head::Add(std::string_view name, std::string_view value) {
  if (HasLineBreak(value)) {
    std::string& mended = mended_.emplace_back(value);
    std::ranges::replace_if(
        mended, [](char c) { return c == '\r' || c == '\n'; }, ' ');
    value = mended;
  }
  fields_.push_back({Bytes(name), Bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
}

}  // namespace kubegauge::server
