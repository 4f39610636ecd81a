#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace kubegauge::server {

// The OpenAPI 2.0 document of the standalone API: that of metrics.k8s.io with the resources of the
// store, as far as kubectl looks at it: their types with the extensions for patches, and that their
// writes take dryRun and fieldValidation. `version` is the program's.
nlohmann::json StandaloneOpenApiV2(std::string_view version);

}  // namespace kubegauge::server
