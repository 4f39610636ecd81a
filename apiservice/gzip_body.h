#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "apiservice/http.h"

namespace kubegauge::apiservice {

// Compresses what another body gives as one gzip member, part by part, at the fastest level.
std::unique_ptr<BodyStream> GzipBody(std::unique_ptr<BodyStream> body);

// The same of a text that is at hand.
std::string GzipText(std::string_view text);

}  // namespace kubegauge::apiservice
