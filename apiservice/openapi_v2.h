#pragma once

#include <nlohmann/json.hpp>

namespace kubegauge::apiservice {

// What a document says (openapi_document.h) as OpenAPI 2.0, as upstream does: without `default` and
// `oneOf`, and with the parameters of several paths once, in `parameters`.
nlohmann::json OpenApiV2(const nlohmann::json& document);

}  // namespace kubegauge::apiservice
