#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace kubegauge::apiservice {

// What an OpenAPI 2.0 document says, as OpenAPI 3.0 documents: one for each group and version, by
// its path below /openapi/v3/ (`apis/metrics.k8s.io/v1beta1`). Each has the definitions that its
// paths refer to.
std::map<std::string, nlohmann::json, std::less<>> OpenApiV3(const nlohmann::json& v2);

}  // namespace kubegauge::apiservice
