#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace kubegauge::apiservice {

// The OpenAPI 2.0 document of metrics.k8s.io and its discovery (wire.md A.5). `version` is the
// program's, as it stands in the document.
nlohmann::json OpenApiV2(std::string_view version);

}  // namespace kubegauge::apiservice
