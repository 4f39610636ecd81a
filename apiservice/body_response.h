#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "apiservice/http.h"

namespace kubegauge::apiservice {

// Bodies beyond this are compressed where the client takes that (wire.md A.11).
inline constexpr size_t kGzipThresholdBytes = 131'072;

// Whether a request takes gzip: a member of Accept-Encoding is just that, as upstream reads it.
bool AcceptsGzip(const Headers& headers);

// An answer of `text`. With `gzip`, as below.
Response TextResponse(std::string_view content_type, std::string text, bool gzip = false);

// An answer of `body`: whole when it has only one part, streamed otherwise. With `gzip`, a body
// beyond the threshold is compressed, and says so; as is one whose first parts do not tell.
Response BodyResponse(std::string_view content_type, std::unique_ptr<BodyStream> body,
                      bool gzip = false);

// All of a body at once.
std::string ReadAll(BodyStream& body);

}  // namespace kubegauge::apiservice
