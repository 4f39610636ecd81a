#pragma once

#include <memory>
#include <string>

#include "apiservice/http.h"

namespace kubegauge::server {

// A 200 of Prometheus' text format 0.0.4 for whoever sent `headers`, compressed whatever its length
// where the client takes gzip, as Prometheus always does.
apiservice::Response ExpositionResponse(const apiservice::Headers& headers, std::string text);
// The same of a text that is made, and compressed, while it is sent.
apiservice::Response ExpositionResponse(const apiservice::Headers& headers,
                                        std::unique_ptr<apiservice::BodyStream> text);

}  // namespace kubegauge::server
