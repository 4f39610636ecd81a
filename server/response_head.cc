#include "server/response_head.h"

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <string_view>

namespace kubegauge::server {
namespace http = boost::beast::http;
using apiservice::Response;
using boost::algorithm::iequals;

namespace {

void AppendNumber(size_t number, std::string& out) {
  char digits[20];
  const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), number);
  out.append(digits, end);
}

void AppendStatusLine(unsigned status, bool is_http_1_1, std::string& out) {
  if (status < 100 || status > 999) status = 500;
  out.append(is_http_1_1 ? "HTTP/1.1 " : "HTTP/1.0 ");
  AppendNumber(status, out);
  const auto reason = http::obsolete_reason(http::int_to_status(status));
  out.append(" ").append(reason.data(), reason.size()).append("\r\n");
}

bool IsFraming(std::string_view name) {
  return iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding") ||
         iequals(name, "Connection");
}

void AppendField(std::string_view name, std::string_view value, std::string& out) {
  out.append(name).append(": ");
  const size_t start = out.size();
  out.append(value);
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(start), out.end(),
      [](char c) { return c == '\r' || c == '\n'; }, ' ');
  out.append("\r\n");
}

}  // namespace

bool MayHaveBody(unsigned status) { return status >= 200 && status != 204 && status != 304; }

bool AsksToClose(const Response& response) {
  return std::any_of(response.headers.begin(), response.headers.end(), [](const auto& field) {
    return iequals(field.first, "Connection") && iequals(field.second, "close");
  });
}

void AppendResponseHead(const Response& response, bool is_http_1_1, bool keep_alive,
                        std::string& out) {
  AppendStatusLine(response.status, is_http_1_1, out);
  for (const auto& [name, value] : response.headers) {
    if (!IsFraming(name)) AppendField(name, value, out);
  }
  if (response.stream != nullptr || response.events != nullptr) {
    if (is_http_1_1 && MayHaveBody(response.status)) {
      out.append("Transfer-Encoding: chunked\r\n");
    }
  } else if (MayHaveBody(response.status)) {
    out.append("Content-Length: ");
    AppendNumber(response.body.size(), out);
    out.append("\r\n");
  }
  if (!keep_alive) {
    out.append("Connection: close\r\n");
  } else if (!is_http_1_1) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

}  // namespace kubegauge::server
