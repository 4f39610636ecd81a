#include "server/listener/response_head.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <string_view>

namespace kubegauge::server {
namespace http = boost::beast::http;
using apiservice::Response;

namespace {

void AppendNumber(size_t number, std::string& out) {
  char digits[20];
  const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), number);
  out.append(digits, end);
}

// In Go's words.
std::string_view ReasonOf(unsigned status) {
  if (status == 413) return "Request Entity Too Large";
  if (status == 416) return "Requested Range Not Satisfiable";
  const auto reason = http::obsolete_reason(http::int_to_status(status));
  return {reason.data(), reason.size()};
}

void AppendStatusLine(unsigned status, bool is_http_1_1, std::string& out) {
  if (status < 100 || status > 999) status = 500;
  out.append(is_http_1_1 ? "HTTP/1.1 " : "HTTP/1.0 ");
  AppendNumber(status, out);
  out.append(" ").append(ReasonOf(status)).append("\r\n");
}

bool IsFraming(std::string_view name) {
  return boost::beast::iequals(name, "Content-Length") ||
         boost::beast::iequals(name, "Transfer-Encoding") ||
         boost::beast::iequals(name, "Connection");
}

void AppendField(std::string_view name, std::string_view value, std::string& out) {
  out.append(name).append(": ");
  const size_t start = out.size();
  out.append(value);
  for (const char line_break : {'\r', '\n'}) {
    if (value.find(line_break) == std::string_view::npos) continue;
    std::replace(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), line_break, ' ');
  }
  out.append("\r\n");
}

}  // namespace

bool MayHaveBody(unsigned status) { return status >= 200 && status != 204 && status != 304; }

bool AsksToClose(const Response& response) {
  return std::any_of(response.headers.begin(), response.headers.end(), [](const auto& field) {
    return boost::beast::iequals(field.first, "Connection") &&
           boost::beast::iequals(field.second, "close");
  });
}

void AppendResponseHead(const Response& response, const HeadFraming& framing, std::string& out) {
  AppendStatusLine(response.status, framing.is_http_1_1, out);
  AppendField("Date", framing.date, out);
  for (const auto& [name, value] : response.headers) {
    if (!IsFraming(name)) AppendField(name, value, out);
  }
  if (response.stream != nullptr || response.events != nullptr) {
    if (framing.is_http_1_1 && MayHaveBody(response.status)) {
      out.append("Transfer-Encoding: chunked\r\n");
    }
  } else if (MayHaveBody(response.status)) {
    out.append("Content-Length: ");
    AppendNumber(response.body.size(), out);
    out.append("\r\n");
  }
  if (!framing.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (!framing.is_http_1_1) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

}  // namespace kubegauge::server
