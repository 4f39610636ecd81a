#pragma once

#include <string>
#include <string_view>

#include "apiservice/http.h"

namespace kubegauge::server {

// Whether answers of this status have a body at all (RFC 9110, 6.4.1).
bool MayHaveBody(unsigned status);

// Whether the service wants the connection ended: a header `Connection: close`.
bool AsksToClose(const apiservice::Response& response);

// How an answer is sent, and when.
struct HeadFraming {
  bool is_http_1_1 = true;
  bool keep_alive = false;
  std::string_view date;
};

// Appends the status line, the date and the header fields, up to the empty line. What frames the
// body and the connection (Content-Length, Transfer-Encoding, Connection) is decided here; fields
// of that name in the response are passed over. Line breaks in a value become spaces.
void AppendResponseHead(const apiservice::Response& response, const HeadFraming& framing,
                        std::string& out);

}  // namespace kubegauge::server
