#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace kubegauge::server {

// What OpenAPI says of the standalone API, in the form of apiservice/openapi_document.h:
// metrics.k8s.io with the resources of the store, as far as kubectl looks at it: their types with
// the extensions for patches, and that their writes take dryRun and fieldValidation. `version` is
// the program's.
nlohmann::json StandaloneOpenApi(std::string_view version);

}  // namespace kubegauge::server
