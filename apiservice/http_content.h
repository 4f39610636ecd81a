#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apiservice/http.h"

namespace kubegauge::apiservice {

// A document that does not change, as HTTP may ask for it.
struct Content {
  std::string_view media_type;
  std::string_view etag;  // quoted
  int64_t modified_at_seconds = 0;
  std::string_view body;
};

// Answers as Go's http.ServeContent: 200 with all of the body, 304 to who has it, 412 to who wants
// another, 206 or 416 to who wants a part of it. Several parts at once are not cut out: such a
// request gets the whole. Does not look at the method but for that 304 is only for reading.
Response ServeContent(const Request& request, const Content& content);

// Whether a client takes gzip, read as the RFC has it: by its quality.
bool PrefersGzip(const Headers& headers);

}  // namespace kubegauge::apiservice
