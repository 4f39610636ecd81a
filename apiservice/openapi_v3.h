#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace kubegauge::apiservice {

// What a document says (openapi_document.h) as OpenAPI 3.0 documents: one for each group and
// version, by its path below /openapi/v3/ (`apis/metrics.k8s.io/v1beta1`). Each has the definitions
// that its paths refer to.
std::map<std::string, nlohmann::json, std::less<>> OpenApiV3(const nlohmann::json& document);

}  // namespace kubegauge::apiservice
