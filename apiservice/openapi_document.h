#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace kubegauge::apiservice {

// What there is to say of metrics.k8s.io and its discovery (wire.md A.5), in the form of OpenAPI
// 2.0 and more than that can say: schemas also have the `default` and `oneOf` of OpenAPI 3.0.
// OpenApiV2 and OpenApiV3 make the documents of either from it. `version` is the program's, as it
// stands in them.
nlohmann::json OpenApiDocument(std::string_view version);

}  // namespace kubegauge::apiservice
